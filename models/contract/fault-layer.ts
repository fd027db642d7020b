import type { CameraFault } from './camera.ts';
import type { CauseLayer } from './cause.ts';

/** The layer of each fault of a stream. A file has neither network nor session: unreadable means that nothing comes. */
export const FAULT_LAYERS = {
  unreachable: 'network',
  'port-closed': 'port',
  'no-response': 'port',
  'certificate-refused': 'authentication',
  unauthorized: 'authentication',
  'needs-password': 'authentication',
  'identity-changed': 'authentication',
  'basic-refused': 'authentication',
  'no-profile': 'rtsp',
  'not-found': 'rtsp',
  'redirect-refused': 'rtsp',
  protocol: 'rtsp',
  'no-video': 'rtsp',
  'unsupported-codec': 'rtsp',
  disconnected: 'rtsp',
  'no-packets': 'packets',
  'file-unreadable': 'packets',
  'no-keyframe': 'keyframe',
  'decode-errors': 'decode',
  'decoder-missing': 'decode',
} as const satisfies Record<CameraFault, CauseLayer>;
