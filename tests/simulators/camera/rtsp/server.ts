import { createServer } from 'node:net';
import type { Authenticator, AuthVerdict } from '../authenticator.ts';
import type { FaultSwitchboard } from '../faults.ts';
import { Listener } from '../listener.ts';
import type { Clip } from '../media/clip.ts';
import type { Pacer } from '../media/pacer.ts';
import type { RtpStream } from '../media/rtp-stream.ts';
import type { StampBuffer } from '../media/rtp-template.ts';
import { RtspConnection } from './connection.ts';

/** A path of a camera and what plays there. */
export interface RtspMount {
  readonly path: string;
  readonly clip: Clip;
  /** Where in the clip the camera is at this moment, in ticks. */
  positionTicks(): number;
}

/** What the RTSP side needs to know of its camera. */
export interface RtspHost {
  readonly name: string;
  readonly faults: FaultSwitchboard;
  readonly authenticator: Authenticator;
  readonly pacer: Pacer;
  /** Those that play now. */
  readonly streams: Set<RtpStream>;
  readonly stampBuffer: StampBuffer;
  readonly sessionTimeoutS: number;
  readonly wallMs: () => number;
  readonly random: () => number;
  mountAt(url: string): RtspMount | undefined;
  authorise(method: string, uri: string, header: string | undefined): AuthVerdict;
}

/** The RTSP port of one camera. */
export function rtspListener(rtsp: RtspHost, host: string, port: number): Listener {
  const server = createServer((socket) => new RtspConnection(socket, rtsp).start());
  return new Listener(server, host, port);
}
