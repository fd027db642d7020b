import { messageOf } from '../base/errors.ts';
import { sleep } from '../base/sleep.ts';
import { renderSnapshot } from '../evidence/index.ts';
import {
  type CameraPicture,
  type CameraStream,
  type GopSnapshot,
  RosterError,
  type StillDecoder,
} from '../pipeline.ts';

/** A camera that has just been let in needs a moment until its first keyframe. */
const WAIT_MS = 8000;
const LOOK_MS = 200;

type PictureStream = Pick<CameraStream, 'gop' | 'state' | 'subscribe'>;

/** The newest group of pictures of a stream, which is opened for it when it runs on demand. */
async function gopOf(stream: PictureStream, signal: AbortSignal | undefined): Promise<GopSnapshot | null> {
  const leave = stream.subscribe({});
  try {
    for (let waited = 0; waited < WAIT_MS; waited += LOOK_MS) {
      const gop = stream.gop();
      if (gop !== null || stream.state.kind === 'failed') return gop;
      await sleep(LOOK_MS, signal);
      signal?.throwIfAborted();
    }
    return null;
  } finally {
    leave();
  }
}

/**
 * The newest whole picture of a camera: of its main stream, else of the one that is always watched.
 * Rejects with a RosterError that says why there is none.
 */
export async function pictureOf(
  streams: { main(): PictureStream; watch: PictureStream } | undefined,
  stills: StillDecoder,
  signal?: AbortSignal,
): Promise<CameraPicture> {
  if (!streams) throw new RosterError('refused', 'this camera is not at work: see its next step');
  const { watch } = streams;
  const gop = (await gopOf(streams.main(), signal)) ?? watch.gop();
  if (gop === null) {
    const why = watch.state.kind === 'failed' ? watch.state.message : 'no keyframe yet';
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
