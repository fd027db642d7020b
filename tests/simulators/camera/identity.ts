import { createHash } from 'node:crypto';

/** By what a camera is told from every other. */
export interface CameraIdentity {
  readonly uuid: string;
  readonly serial: string;
  /** Locally administered, `02:…`. */
  readonly mac: string;
  readonly name: string;
  readonly location: string;
  readonly manufacturer: string;
  readonly model: string;
}

/** Made-up posts along real kinds of places. */
const places = [
  '固戍北口',
  '西乡菜场',
  '福永河边',
  '沙井旧墟',
  '松岗牌坊',
  '石岩老街',
  '新安公园',
  '航城学校',
];

/** The identity of the n-th camera (from 0) of a set: the same each time for the same seed. */
export function makeIdentity(seed: string, index: number): CameraIdentity {
  const hash = createHash('sha256').update(`simulated camera ${seed} ${index}`).digest('hex');
  const place = places[index % places.length] ?? '';
  const number = Math.floor(index / places.length) + 1;
  return {
    uuid: `${hash.slice(0, 8)}-${hash.slice(8, 12)}-5${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`,
    serial: `SIM${hash.slice(32, 42).toUpperCase()}`,
    mac: `02:${hash.slice(42, 52).replace(/(..)(?=.)/g, '$1:')}`,
    name: `${place} ${number} 号机`,
    location: place,
    manufacturer: 'Pingan Simulator',
    model: 'SIM-768',
  };
}

/** ONVIF scopes (ONVIF Core §7.3.2.2); texts are percent-encoded UTF-8. */
export function scopesOf(identity: CameraIdentity): string[] {
  return [
    'onvif://www.onvif.org/type/video_encoder',
    'onvif://www.onvif.org/type/Network_Video_Transmitter',
    'onvif://www.onvif.org/Profile/Streaming',
    `onvif://www.onvif.org/name/${encodeURIComponent(identity.name)}`,
    `onvif://www.onvif.org/location/${encodeURIComponent(identity.location)}`,
    `onvif://www.onvif.org/hardware/${encodeURIComponent(identity.model)}`,
  ];
}
