import { useState } from 'react';
import type { DeviceView } from '../../../src/console/interface.ts';
import { endpoints } from '../api/endpoints.ts';
import { fill } from '../i18n/fill.ts';
import { useSpeech } from '../i18n/language.tsx';
import { offsetText, timeText } from '../i18n/moments.ts';
import { useAction } from '../state/use-action.ts';
import { Button, ProblemNote } from './controls.tsx';
import { NextDeed } from './next-deed.tsx';
import { Confirm } from './sheet.tsx';
import { StandingAdvice, StandingChip } from './standing.tsx';

export const modelOf = ({ manufacturer, model, hardware }: DeviceView): string | null =>
  [manufacturer, model].filter(Boolean).join(' ') || hardware;

/** One device of a list: name, address, where it stands; details and what can be done on demand. */
export function DeviceCard({ device, onChange }: { device: DeviceView; onChange(): void }) {
  const { texts } = useSpeech();
  const model = modelOf(device) ?? texts.device.unknownModel;
  return (
    <li className="device" data-testid="device" data-state={device.standing.state}>
      <div className="device-head">
        <p className="device-name">
          <strong>{device.name}</strong>
          <span>
            {device.address} · {model}
          </span>
        </p>
        <StandingChip standing={device.standing} />
      </div>
      {device.strange && (
        <p className="notice notice-failed">
          {fill(texts.device.strange, {
            identity: device.strange.serial ?? device.strange.mac ?? device.strange.endpoint ?? '?',
          })}
        </p>
      )}
      <StandingAdvice standing={device.standing} />
      <NextDeed device={device} onChange={onChange} />
      <details>
        <summary>{texts.common.details}</summary>
        <DeviceFacts device={device} />
        <DeviceActions device={device} onChange={onChange} />
      </details>
    </li>
  );
}

function DeviceFacts({ device }: { device: DeviceView }) {
  const { texts, language } = useSpeech();
  const words = texts.device;
  const profiles = device.profiles
    .map(({ codec, width, height }) => `${codec.toUpperCase()} ${width}×${height}`)
    .join(', ');
  const facts: readonly (readonly [string, string | null])[] = [
    [words.code, device.code],
    [words.channel, device.channel === null ? null : String(device.channel)],
    [words.serial, device.serial],
    [words.mac, device.mac],
    [words.firmware, device.firmware],
    [words.profile, profiles],
    [words.clock, device.clockOffsetMs === null ? null : offsetText(device.clockOffsetMs, words)],
    [words.login, device.login?.username ?? null],
    [words.said, device.standing.cause === 'working' ? null : device.standing.detail],
    [
      texts.common.retry,
      device.standing.retryAtMs === null
        ? null
        : fill(words.retryAt, { time: timeText(device.standing.retryAtMs, language) }),
    ],
  ];
  return (
    <dl className="facts">
      {facts
        .filter(([, value]) => value !== null && value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function DeviceActions({ device, onChange }: { device: DeviceView; onChange(): void }) {
  const { texts } = useSpeech();
  const [isRemoving, setRemoving] = useState(false);
  const action = useAction(async (work: () => Promise<unknown>) => {
    await work();
    onChange();
  });
  const { id, origin } = device;
  const words = texts.device;
  if (origin === 'configured') return <p className="quiet">{words.configured}</p>;
  return (
    <>
      <ProblemNote error={action.error} />
      <div className="device-actions">
        <Button disabled={action.isRunning} onClick={() => void action.run(() => endpoints.tryDevice(id))}>
          {action.isRunning ? words.working : words.tryAgain}
        </Button>
        <Button kind="danger" disabled={action.isRunning} onClick={() => setRemoving(true)}>
          {words.remove}
        </Button>
      </div>
      {isRemoving && (
        <Confirm
          question={fill(words.removeSure, { name: device.name })}
          yes={words.remove}
          isRunning={action.isRunning}
          onNo={() => setRemoving(false)}
          onYes={() => {
            setRemoving(false);
            void action.run(() => endpoints.removeDevice(id));
          }}
        />
      )}
    </>
  );
}
