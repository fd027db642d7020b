import type { CameraEntry } from '../config/schema.ts';
import type { CameraSource, CertificatePolicy } from '../pipeline.ts';

type RtspEntry = Extract<CameraEntry, { source: 'rtsp' }>;
type RtspOptions = Pick<Extract<CameraSource, { kind: 'rtsp' }>, 'transport' | 'certificate' | 'redirects'>;

/** How a configured camera is spoken to. */
export function rtspOptions({ transport = 'tcp', certificate, redirects }: RtspEntry): RtspOptions {
  return {
    transport,
    ...(certificate === undefined ? {} : { certificate: certificatePolicy(certificate) }),
    ...(redirects === undefined ? {} : { redirects }),
  };
}

function certificatePolicy(text: string): CertificatePolicy {
  if (text === 'verify' || text === 'insecure') return { kind: text };
  return { kind: 'pinned', sha256: text.replace(/^sha256:/, '') };
}
