import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { PictureSize } from '@pingan/models/detectors';

const clip = fileURLToPath(new URL('../fixtures/media/street.mp4', import.meta.url));

type Wanted = PictureSize & { count: number; everyNth?: number; format?: 'yuv420p' | 'rgb24' };

/** Pictures of the street clip as a gateway's decoder makes them: scaled, BT.601 limited range. */
export async function streetPictures({
  width,
  height,
  count,
  everyNth = 5,
  format = 'yuv420p',
}: Wanted): Promise<Uint8Array[]> {
  const filter = `select='not(mod(n\\,${everyNth}))',scale=${width}:${height}:flags=area:out_color_matrix=bt601:out_range=tv`;
  const ffmpeg = spawn(
    'ffmpeg',
    [
      '-v',
      'error',
      '-i',
      clip,
      '-vf',
      filter,
      '-vsync',
      '0',
      '-frames:v',
      `${count}`,
      '-pix_fmt',
      format,
      '-f',
      'rawvideo',
      'pipe:1',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const chunks: Buffer[] = [];
  for await (const chunk of ffmpeg.stdout) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const size = width * height * (format === 'rgb24' ? 3 : 1.5);
  if (bytes.length !== size * count)
    throw new Error(`ffmpeg made ${bytes.length} bytes instead of ${size * count}`);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}
