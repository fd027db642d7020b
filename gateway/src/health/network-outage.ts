import { type CameraFault, FAULT_LAYERS, type Outage, type StreamState } from '@pingan/models/contract';
import { type CameraAlarm, type CameraAlarmOutcome, createCameraAlarm } from './camera-alarm.ts';

/** Cameras that depend on the same thing: a host, a network, the gateway's own line. */
export type CameraGroup = { scope: Outage['scope']; name: string };

export type NetworkOutageOptions = {
  /** A camera that is back sooner makes no alarm, seconds. */
  flapSeconds: number;
  /** Cameras that fall within this time may have fallen together, seconds. */
  windowSeconds: number;
  /** So many must fall together, and this share of their group. */
  minimum: number;
  share: number;
  /** When fewer than that are still down for so long, the outage is over and the rest are on their own, seconds. */
  settleSeconds: number;
};

export const DEFAULT_OUTAGE: NetworkOutageOptions = {
  flapSeconds: 10,
  windowSeconds: 10,
  minimum: 3,
  share: 0.5,
  settleSeconds: 120,
};

export type OutageOutcome =
  | { kind: 'camera'; cameraId: string; alarm: CameraAlarmOutcome }
  | {
      kind: 'outage';
      phase: 'raised' | 'updated' | 'cleared';
      group: CameraGroup;
      /** Of a cleared outage: all that fell in it. */
      fallen: readonly string[];
      total: number;
    };

/** Alarms of all cameras of a gateway: each on its own, or one for many that fell together. */
export type NetworkOutage = {
  /**
   * Takes the state of a camera's stream at a monotonic time (ms). Call it at every change and about once a second besides.
   * @param groups from the smallest to the largest
   */
  observe(
    camera: { id: string; groups: readonly CameraGroup[] },
    state: StreamState,
    nowMs: number,
  ): OutageOutcome[];
  /** A camera that was observed as stopped does not come again: it counts in no group any more. */
  forget(cameraId: string): void;
};

type OpenOutage = {
  key: string;
  group: CameraGroup;
  fallen: Set<string>;
  down: Set<string>;
  settlingSinceMs: number | null;
};
type Entry = {
  id: string;
  groups: readonly CameraGroup[];
  alarm: CameraAlarm;
  /** Since when it is down by a fault that a network can cause; null otherwise. */
  fellAtMs: number | null;
  /** Raised by its own watch; `alone` once that was said. */
  raised: CameraAlarmOutcome | null;
  isAlone: boolean;
  outage: OpenOutage | null;
};

const NETWORK_LAYERS = new Set<string>(['network', 'port', 'packets']);

/** A wrong password on all cameras is no outage of the network. */
const mayBeNetwork = (fault: CameraFault) =>
  fault === 'disconnected' || NETWORK_LAYERS.has(FAULT_LAYERS[fault]);

const keyOf = ({ scope, name }: CameraGroup) => `${scope} ${name}`;

/**
 * One camera's way:
 *
 *     up ──fails──▶ down ──flapSeconds──▶ waits for windowSeconds to pass ──many fell with it──▶ in an outage, silent ──back──▶ up
 *                    │                                └──alone──▶ camera-offline ──back──▶ cleared, up
 *                    └──back──▶ up, nothing said
 *
 * An outage ends when all are back, or when too few for an outage stay down for settleSeconds: those are raised alone then.
 */
export function createNetworkOutage(given: Partial<NetworkOutageOptions> = {}): NetworkOutage {
  const options = { ...DEFAULT_OUTAGE, ...given };
  const entries = new Map<string, Entry>();
  const open = new Map<string, OpenOutage>();

  const entryOf = (id: string, groups: readonly CameraGroup[]): Entry => {
    const entry = entries.get(id) ?? {
      id,
      groups,
      alarm: createCameraAlarm({ offlineSeconds: options.flapSeconds }),
      fellAtMs: null,
      raised: null,
      isAlone: false,
      outage: null,
    };
    entry.groups = groups;
    entries.set(id, entry);
    return entry;
  };

  const membersOf = (group: CameraGroup) =>
    [...entries.values()].filter(({ groups }) => groups.some((each) => keyOf(each) === keyOf(group)));
  const thresholdOf = (total: number) => Math.max(options.minimum, Math.ceil(total * options.share));

  /** Those of a group that fell about when this one did and were not told of yet; empty when too few for an outage. */
  const fellTogether = (entry: Entry, group: CameraGroup): Entry[] => {
    const members = membersOf(group);
    const together = members.filter(
      ({ fellAtMs, isAlone, outage }) =>
        fellAtMs !== null &&
        !isAlone &&
        outage === null &&
        Math.abs(fellAtMs - (entry.fellAtMs ?? 0)) <= options.windowSeconds * 1000,
    );
    if (together.length < thresholdOf(members.length)) return [];
    const networks = together.map(({ groups }) => groups.find(({ scope }) => scope === 'network')?.name);
    return group.scope === 'gateway' && new Set(networks).size < 2 ? [] : together;
  };

  const tell = (outage: OpenOutage, phase: 'raised' | 'updated' | 'cleared'): OutageOutcome => ({
    kind: 'outage',
    phase,
    group: outage.group,
    fallen: [...(phase === 'cleared' ? outage.fallen : outage.down)],
    total: membersOf(outage.group).length,
  });

  const join = (outage: OpenOutage, entry: Entry): void => {
    entry.outage = outage;
    outage.fallen.add(entry.id);
    outage.down.add(entry.id);
  };

  /** Its own watch has raised it: alone, or as one of many? Nothing while others may still fall with it. */
  const decide = (entry: Entry, nowMs: number): OutageOutcome[] => {
    if (entry.raised === null || entry.isAlone || entry.outage !== null) return [];
    if (entry.fellAtMs === null) return raiseAlone(entry);
    const known = entry.groups.map((group) => open.get(keyOf(group))).find((outage) => outage !== undefined);
    if (known !== undefined) {
      join(known, entry);
      return [tell(known, 'updated')];
    }
    if (nowMs - entry.fellAtMs < options.windowSeconds * 1000) return [];
    for (const group of entry.groups.toReversed()) {
      const together = fellTogether(entry, group);
      if (together.length === 0) continue;
      const outage: OpenOutage = {
        key: keyOf(group),
        group,
        fallen: new Set(),
        down: new Set(),
        settlingSinceMs: null,
      };
      open.set(outage.key, outage);
      for (const each of together) join(outage, each);
      return [tell(outage, 'raised')];
    }
    return raiseAlone(entry);
  };

  const raiseAlone = (entry: Entry): OutageOutcome[] => {
    if (entry.raised === null) return [];
    entry.isAlone = true;
    return [{ kind: 'camera', cameraId: entry.id, alarm: entry.raised }];
  };

  const comeBack = (entry: Entry, cleared: CameraAlarmOutcome | null): OutageOutcome[] => {
    const { outage, isAlone } = entry;
    Object.assign(entry, { fellAtMs: null, raised: null, isAlone: false, outage: null });
    if (outage !== null) {
      outage.down.delete(entry.id);
      if (outage.down.size > 0) return [];
      open.delete(outage.key);
      return [tell(outage, 'cleared')];
    }
    return isAlone && cleared !== null ? [{ kind: 'camera', cameraId: entry.id, alarm: cleared }] : [];
  };

  const settle = (outage: OpenOutage, nowMs: number): OutageOutcome[] => {
    const isOutage = outage.down.size >= thresholdOf(membersOf(outage.group).length);
    outage.settlingSinceMs = isOutage ? null : (outage.settlingSinceMs ?? nowMs);
    if (outage.settlingSinceMs === null || nowMs - outage.settlingSinceMs < options.settleSeconds * 1000)
      return [];
    open.delete(outage.key);
    const stragglers = [...outage.down].flatMap((id) => entries.get(id) ?? []);
    for (const straggler of stragglers) straggler.outage = null;
    return [tell(outage, 'cleared'), ...stragglers.flatMap(raiseAlone)];
  };

  return {
    forget: (cameraId) => void entries.delete(cameraId),
    observe({ id, groups }, state, nowMs) {
      const entry = entryOf(id, groups);
      const outcome = entry.alarm.observe(state, nowMs);
      if (outcome?.kind === 'raised') entry.raised = outcome;
      if (outcome?.kind === 'cleared') return comeBack(entry, outcome);
      const isUp = state.kind === 'streaming' || state.kind === 'stopped';
      if (isUp && entry.raised === null) return comeBack(entry, null);
      if (state.kind === 'failed')
        entry.fellAtMs = mayBeNetwork(state.fault) ? (entry.fellAtMs ?? nowMs) : null;
      return [...decide(entry, nowMs), ...(entry.outage ? settle(entry.outage, nowMs) : [])];
    },
  };
}
