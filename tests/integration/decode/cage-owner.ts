import { silentLogger } from '../../../gateway/src/base/log.ts';
import { FfmpegLauncher } from '../../../gateway/src/decode/index.ts';

/** Starts an endless ffmpeg, says its process id, and lives until it is killed. */
const launcher = new FfmpegLauncher({ log: silentLogger });
await launcher.prepare();
const words = [
  '-v',
  'error',
  '-nostdin',
  '-f',
  'lavfi',
  '-re',
  '-i',
  'testsrc2=s=64x64:r=5',
  '-f',
  'null',
  '-',
];
console.log(launcher.spawn(words).pid);
