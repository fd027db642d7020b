import type { LadderCause, LadderState } from '@pingan/models/contract';
import { systemClock } from '../../../gateway/src/base/clock.ts';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import type { Climb } from '../../../gateway/src/cameras/ladder.ts';
import { climb } from '../../../gateway/src/cameras/ladder.ts';
import { EventSubscription } from '../../../gateway/src/onvif/events/event-subscription.ts';
import { OnvifProbe } from '../../../gateway/src/onvif/probe.ts';
import type { DeviceNotification, Login } from '../../../gateway/src/pipeline.ts';
import type { SimulatedCamera } from '../../simulators/camera/camera.ts';
import { until } from '../../support/until.ts';

/** What a further look at a camera works on. */
export type Visit = { camera: SimulatedCamera; login: Login; reached: Climb };

/** What the product must reach with a quirk; `also` throws when something beyond the ladder is wrong. */
export type Expectation = {
  state: LadderState;
  cause: LadderCause;
  also?: (visit: Visit) => Promise<void> | void;
};

const probe = new OnvifProbe(systemClock);
const ready = { state: 'ready', cause: 'working' } as const;
const clockOff = { state: 'clock-wrong', cause: 'clock-off' } as const;

function must(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

const offsetNear =
  (seconds: number) =>
  ({ reached }: Visit) => {
    const measured = (reached.facts?.clockOffsetMs ?? Number.NaN) / 1000;
    must(Math.abs(measured - seconds) < 10, `clock offset ${measured} s, not ${seconds} s`);
  };

/** A motion alarm of the camera arrives through the product's own subscription. */
async function eventArrives({ camera, login }: Visit): Promise<void> {
  const heard: DeviceNotification[] = [];
  const subscription = new EventSubscription({
    deviceUrl: camera.onvifUrl,
    login,
    clock: systemClock,
    onNotification: (notification) => heard.push(notification),
    log: silentLogger,
    pullMs: 1000,
  });
  subscription.start();
  try {
    await until('the subscription', () => camera.onvif.events.size === 1);
    camera.notify({
      topic: 'tns1:VideoSource/MotionAlarm',
      source: { Source: 'source_0' },
      data: { State: 'true' },
    });
    await until('the event', () => heard.length === 1);
  } finally {
    await subscription.stop();
  }
  must(camera.onvif.events.size === 0, 'a subscription was left behind');
}

/** A wrong password costs one try and the right one still works. */
const costsOneTry = async ({ camera, login }: Visit) => {
  const before = camera.onvif.refusedLogins;
  const refused = await climb(probe, camera.onvifUrl, { ...login, password: 'wrong' });
  must(refused.cause === 'password-wrong', `a wrong password ends as ${refused.cause}`);
  must(
    camera.onvif.refusedLogins - before <= 1,
    `${camera.onvif.refusedLogins - before} tries with one password`,
  );
  must(camera.onvif.timesLocked === 0, 'the camera was locked');
  must((await climb(probe, camera.onvifUrl, login)).state === 'ready', 'the right password no longer works');
};

const streamsAt = ({ camera, reached }: Visit) => {
  const host = new URL(camera.rtspUrl).host;
  const urls = reached.streams.map(({ mainUrl }) => new URL(mainUrl).host);
  must(
    urls.length > 0 && urls.every((url) => url === host),
    `streams at ${urls.join(', ')} and not at ${host}`,
  );
};

/** What is reached with each quirk of tests/simulators/camera/onvif/quirks. */
export const expectations: Readonly<Record<string, Expectation>> = {
  'clock-3h-then-reboot': {
    ...clockOff,
    also: async (visit) => {
      offsetNear(10_800)(visit);
      visit.camera.reboot(-1_700_000_000_000);
      const after = await climb(probe, visit.camera.onvifUrl, visit.login);
      must(after.cause === 'clock-off' && after.streams.length > 0, `after the reboot: ${after.cause}`);
    },
  },
  'time-needs-login': { ...clockOff, also: offsetNear(-7200) },
  'time-needs-digest': { ...clockOff, also: offsetNear(-7200) },
  'utc-missing': { ...clockOff, also: offsetNear(5400) },
  'zero-date': { ...ready, also: offsetNear(0) },
  'fault-under-200': { ...ready, also: costsOneTry },
  'two-digest-challenges': { ...ready, also: costsOneTry },
  'digest-sha256-only': { ...ready, also: costsOneTry },
  'basic-only': {
    state: 'needs-password',
    cause: 'basic-unconfirmed',
    also: ({ camera }) => must(camera.onvif.refusedLogins === 0, 'the password was sent'),
  },
  'lockout-5-tries': { ...ready, also: costsOneTry },
  'lockout-30-minutes': { ...ready, also: costsOneTry },
  'profile-without-encoder': ready,
  'media2-broken': ready,
  'media2-works': ready,
  'h265-only': { state: 'ready', cause: 'h265-only' },
  'line-break-in-uri': { ...ready, also: streamsAt },
  'snapshot-is-rtsp': {
    ...ready,
    also: async ({ camera, login }) =>
      must((await probe.snapshotUrl(camera.onvifUrl, login, 'main')) === null, 'took RTSP for a snapshot'),
  },
  'wrong-host-in-stream-uri': { ...ready, also: streamsAt },
  'two-ports-in-uri': { ...ready, also: streamsAt },
  'bare-ampersand': { ...ready, also: streamsAt },
  'undeclared-prefix': ready,
  'invalid-utf8': ready,
  'gb-encoding': {
    ...ready,
    also: ({ reached }) =>
      must(reached.facts?.manufacturer === '北门', `read "${reached.facts?.manufacturer}"`),
  },
  'service-on-other-port': { ...ready, also: eventArrives },
  'reset-after-reply': ready,
  'typed-probe-refused': ready,
  'xaddrs-link-local-first': ready,
  'query-in-subscription': { ...ready, also: eventArrives },
  'reference-parameters': { ...ready, also: eventArrives },
  'one-subscription': {
    ...ready,
    also: async (visit) => {
      await eventArrives(visit);
      await eventArrives(visit);
    },
  },
  'events-close-at-10s': { ...ready, also: eventArrives },
  'slow-drip': { state: 'reachable', cause: 'no-response' },
  'xaddrs-5000': ready,
  'doctype-bomb': { state: 'reachable', cause: 'answer-refused' },
  'reply-300-kb': { state: 'reachable', cause: 'answer-refused' },
};
