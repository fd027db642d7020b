import type { Quirk } from '../quirk.ts';

const MINUTES = 60_000;

/** Logins and lock-outs. */
export const loginQuirks: readonly Quirk[] = [
  {
    name: 'fault-under-200',
    about: 'SOAP faults, refused logins too, arrive under HTTP 200',
    source:
      'reported by several makers; TP-Link Tapo C520WS answers faults instead of challenges: open-nvr/open-nvr#470',
    behaviour: { faultStatus: 200 },
  },
  {
    name: 'two-digest-challenges',
    about: 'one 401 with a Digest of MD5 and one of SHA-256',
    source: 'Hikvision: ngraziano/SharpRTSP#153; AlexxIT/go2rtc#2451',
    auth: ['digest', 'digest-sha256'],
    behaviour: { soapLogin: 'http' },
  },
  {
    name: 'digest-sha256-only',
    about: 'HTTP Digest by SHA-256 alone',
    source: 'Prama PT-NC143D3-WNM (Hikvision firmware V5.8.5): AlexxIT/go2rtc#2344',
    auth: ['digest-sha256'],
    behaviour: { soapLogin: 'http' },
  },
  {
    name: 'basic-only',
    about: 'HTTP Basic alone: the password would go out in the clear',
    source: 'Hikvision DS-2CD2132-I: koush/scrypted#891',
    auth: ['basic'],
    behaviour: { soapLogin: 'http' },
  },
  {
    name: 'lockout-5-tries',
    about: 'five wrong passwords lock the user',
    source: 'Imou: home-assistant/core#147404',
    behaviour: { lockout: { tries: 5, forMs: 5 * MINUTES } },
  },
  {
    name: 'lockout-30-minutes',
    about: 'wrong passwords lock the address for 30 minutes',
    source: 'Hikvision: evercam/evercam-server#91',
    auth: ['digest'],
    behaviour: { soapLogin: 'http', lockout: { tries: 3, forMs: 30 * MINUTES } },
  },
];
