import { Authenticator, parseChallenges, strongest } from '../../../gateway/src/base/authentication.ts';
import { candidateAddresses } from '../../../gateway/src/onvif/discovery/addresses.ts';
import { readProbeMatches } from '../../../gateway/src/onvif/discovery/message.ts';
import { readNotifications } from '../../../gateway/src/onvif/events/notifications.ts';
import { choicesOf, configurationXml, settingsOf } from '../../../gateway/src/onvif/media/encoder-xml.ts';
import { channelsOf, readProfiles } from '../../../gateway/src/onvif/media/profiles.ts';
import { recommendedSettings } from '../../../gateway/src/onvif/media/recommendation.ts';
import { judge } from '../../../gateway/src/onvif/soap/attempt.ts';
import { readUtc } from '../../../gateway/src/onvif/soap/device-time.ts';
import { deviceUrlAt, mendUrl } from '../../../gateway/src/onvif/soap/service-url.ts';
import { type XmlElement, XmlError } from '../../../gateway/src/onvif/soap/xml.ts';
import { StreamFaultError } from '../../../gateway/src/pipeline.ts';
import { mutate, pick, type Random } from '../mutate.ts';
import { ANSWERS, CHALLENGES, MATCHES, TOKENS } from './corpus.ts';

/** Makes one input and gives it to the real parts. Throws what they should not have thrown. */
export type Part = { share: number; make(random: Random): Buffer; feed(input: Buffer): void };

const PASSWORD = 'CANARY-7f3a%21@:';
const HOST = '10.0.0.7';

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

/** Nothing that a device says may reach the prototype of all objects. */
export function mustBeUnpolluted(): void {
  const fresh: object = {};
  for (const key of ['polluted', 'text', 'b', 'xmlns'])
    must(!(key in fresh), `Object.prototype has "${key}" now`);
  must(Object.keys(Object.prototype).length === 0, 'Object.prototype has grown');
}

const mutated = (text: string, random: Random) =>
  mutate(Buffer.from(text), random, {
    tokens: TOKENS,
    other: Buffer.from(pick(random, [...ANSWERS, MATCHES])),
  });

function pinned(url: string | null): void {
  must(url === null || new URL(url).hostname === HOST, `an address of another host got through: ${url}`);
}

/** Everything that reads a SOAP body. */
function readAll(body: XmlElement): void {
  readUtc(body);
  for (const name of ['VideoEncoderConfiguration', 'VideoEncoder']) {
    const profiles = readProfiles(body, name);
    must(profiles.length <= 128, `${profiles.length} profiles`);
    must(channelsOf(profiles).length <= profiles.length, 'channels without profiles');
    for (const { width, height } of profiles)
      must(Number.isInteger(width) && Number.isInteger(height), 'no size');
  }
  const settings = settingsOf(body);
  for (const kind of ['media', 'media2'] as const) {
    recommendedSettings(settings, choicesOf(body, kind));
    configurationXml(body, settings, kind);
  }
  for (const { atMs } of readNotifications(body, { nowMs: 1e12, offsetMs: 0 }))
    must(Number.isFinite(atMs), 'no time');
}

const answers: Part = {
  share: 0.45,
  make: (random) => mutated(pick(random, ANSWERS), random),
  feed(input) {
    const status = [200, 400, 500][input.length % 3] ?? 200;
    const attempt = judge({ status, body: input, challenges: [], dateMs: null, contentType: '' });
    if (attempt.kind === 'answered') readAll(attempt.body);
    if (attempt.kind === 'fault') must(attempt.error instanceof StreamFaultError, 'a fault without a name');
    mustBeUnpolluted();
  },
};

const datagrams: Part = {
  share: 0.25,
  make: (random) => mutated(MATCHES, random).subarray(0, 65_507),
  feed(input) {
    try {
      const { devices } = readProbeMatches(input.toString('utf8'), HOST);
      must(devices.length <= 64, `${devices.length} devices in one datagram`);
      for (const { endpoint, addresses, name } of devices) {
        must(addresses.length > 0 && addresses.length <= 8 && endpoint.length <= 128, 'unbounded device');
        must((name?.length ?? 0) <= 128, 'unbounded name');
      }
    } catch (error) {
      if (!(error instanceof XmlError)) throw error;
    }
    mustBeUnpolluted();
  },
};

const URLS = [
  'http://10.0.0.9:80/onvif/device_service',
  'rtsp://10.0.0.9:554/live?a=1&b=2',
  'http://[fe80::1%25eth0]:80:80/x http://10.0.0.2/y',
];

const addresses: Part = {
  share: 0.15,
  make: (random) => mutated(pick(random, URLS), random),
  feed(input) {
    const text = input.toString('utf8');
    must(mendUrl(text).length <= 512, 'unbounded URL');
    pinned(deviceUrlAt(text, HOST, 'http:'));
    pinned(deviceUrlAt(text, HOST, 'rtsp:'));
    must(candidateAddresses(text, HOST, true).length <= 8, 'too many addresses');
  },
};

const challenges: Part = {
  share: 0.1,
  make: (random) => mutated(pick(random, CHALLENGES), random),
  feed(input) {
    const challenge = strongest(parseChallenges([input.toString('latin1')]));
    if (challenge?.scheme !== 'digest') return;
    const authenticator = new Authenticator({ username: 'operator', password: PASSWORD });
    authenticator.accept(challenge);
    try {
      const header = authenticator.authorize('POST', '/onvif/device_service') ?? '';
      must(
        !header.includes('CANARY') && !/[\r\n]/.test(header),
        'the header shows a password or has two lines',
      );
    } catch (error) {
      if (!(error instanceof StreamFaultError)) throw error;
    }
  },
};

export const parts: Readonly<Record<string, Part>> = { answers, datagrams, addresses, challenges };
