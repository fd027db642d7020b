import { LabelSchema } from '@pingan/models/contract';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { StateStore } from '../base/state-store.ts';
import type { DeviceEncoders, DeviceProbe, EncoderChange } from '../pipeline.ts';
import type { RosterSystem } from './camera-roster.ts';
import { checkIdentity, type ProvenDevice, withDevice } from './device-orders.ts';

const Figure = Type.Number({ minimum: 0, maximum: 1e9 });
const SettingsSchema = Type.Object({
  codec: Type.Enum(['h264', 'h265', 'other']),
  width: Figure,
  height: Figure,
  fps: Figure,
  bitrateKbps: Figure,
  gopLength: Figure,
});
const ChangesSchema = Type.Array(
  Type.Object({
    profileToken: LabelSchema,
    encoderToken: LabelSchema,
    service: Type.Enum(['media', 'media2']),
    before: SettingsSchema,
    after: SettingsSchema,
  }),
  { maxItems: 64 },
);
type Kept = Static<typeof ChangesSchema>;
const keptCheck = Compile(ChangesSchema);
/** Profiles looked at; a recorder is tuned channel by channel. */
const PROFILE_LIMIT = 64;

export type TuningTools = {
  system: RosterSystem;
  /** Remembers what was, so that it can be put back after a restart. */
  values: StateStore;
  probe: Pick<DeviceProbe, 'facts'>;
  encoders: DeviceEncoders;
};
export type TuningAction = 'preview' | 'apply' | 'undo';
/** `after` of `apply` and `undo` is what the device says afterwards. */
export type Tuning = { id: string; action: TuningAction; changes: EncoderChange[] };

/**
 * The recommended encoder settings of a camera: shown, applied, or what was before put back.
 * @param word id of the camera or address of its device
 * @throws RosterError as `withDevice`
 */
export function tuneEncoders(tools: TuningTools, word: string, action: TuningAction): Promise<Tuning> {
  return withDevice(tools.system, word, async (device) => {
    const changes = action === 'undo' ? await undo(tools, device) : await look(tools, device, word);
    if (action === 'apply') await apply(tools, device, changes);
    return { id: device.record.id, action, changes };
  });
}

async function look({ probe, encoders }: TuningTools, device: ProvenDevice, word: string) {
  const { record, url, login } = device;
  const facts = await probe.facts(url, login);
  checkIdentity(record, facts);
  const lens = record.channels.find(({ cameraId }) => cameraId === word)?.sourceToken ?? null;
  const seen = new Set<string>();
  const changes: EncoderChange[] = [];
  for (const { token, encoderToken, sourceToken } of facts.profiles.slice(0, PROFILE_LIMIT)) {
    const isOther = lens !== null && sourceToken !== undefined && sourceToken !== lens;
    if (encoderToken === undefined || isOther || seen.has(encoderToken)) continue;
    seen.add(encoderToken);
    const change = await encoders.preview(url, login, token);
    if (change) changes.push(change);
  }
  return changes;
}

async function apply(tools: TuningTools, { record, url, login }: ProvenDevice, changes: EncoderChange[]) {
  for (const change of changes) {
    const kept = recall(tools.values, record.id);
    // On disk before the device is changed; what was there first stays what `undo` puts back.
    if (!kept.some(({ encoderToken }) => encoderToken === change.encoderToken))
      remember(tools.values, record.id, [...kept, change]);
    change.after = await tools.encoders.apply(url, login, change);
  }
}

async function undo({ values, encoders }: TuningTools, { record, url, login }: ProvenDevice) {
  const changes: EncoderChange[] = [];
  for (const change of recall(values, record.id)) {
    const after = await encoders.undo(url, login, change);
    changes.push({ ...change, before: change.after, after });
    const left = recall(values, record.id).filter(({ encoderToken }) => encoderToken !== change.encoderToken);
    remember(values, record.id, left);
  }
  return changes;
}

const nameOf = (deviceId: string) => `encoders-before:${deviceId}`;

function recall(values: StateStore, deviceId: string): Kept {
  const text = values.get(nameOf(deviceId));
  const kept: unknown = text === undefined ? [] : JSON.parse(text);
  return keptCheck.Check(kept) ? kept : [];
}

function remember(values: StateStore, deviceId: string, changes: readonly EncoderChange[]): void {
  values.set(nameOf(deviceId), JSON.stringify(changes));
}
