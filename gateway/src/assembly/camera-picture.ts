import { messageOf } from '../base/errors.ts';
import { sleep } from '../base/sleep.ts';
import { renderSnapshot } from '../evidence/index.ts';
import { type CameraPicture, type CameraStream, RosterError, type StillDecoder } from '../pipeline.ts';

/** A camera that has just been let in needs a moment until its first keyframe. */
const WAIT_MS = 8000;
const LOOK_MS = 200;

/** The newest whole picture of a running stream. Rejects with a RosterError that says why there is none. */
export async function pictureOf(
  stream: Pick<CameraStream, 'gop' | 'state'> | undefined,
  stills: StillDecoder,
  signal?: AbortSignal,
): Promise<CameraPicture> {
  if (!stream) throw new RosterError('refused', 'this camera is not at work: see its next step');
  let gop = stream.gop();
  for (
    let waited = 0;
    gop === null && waited < WAIT_MS && stream.state.kind !== 'failed';
    waited += LOOK_MS
  ) {
    await sleep(LOOK_MS, signal);
    signal?.throwIfAborted();
    gop = stream.gop();
  }
  if (gop === null) {
    const why = stream.state.kind === 'failed' ? stream.state.message : 'no keyframe yet';
    throw new RosterError('failed', `no picture: ${why}`);
  }
  try {
    const still = await stills.decode(gop, signal);
    const { jpeg, width, height } = await renderSnapshot({ still, boxes: [], zones: [], caption: '' });
    return { jpeg, width, height, capturedAtMs: still.capturedAtMs };
  } catch (cause) {
    throw new RosterError('failed', `the picture cannot be decoded: ${messageOf(cause)}`, { cause });
  }
}
