import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { FILE_FORMATS, SYSTEM_FOLDERS } from '../../../gateway/src/base/ffmpeg-files.ts';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import {
  decodableNals,
  fragment,
  initSegment,
  MediaTimeline,
  videoFormat,
} from '../../../gateway/src/base/mp4/index.ts';
import { DecoderProcess } from '../../../gateway/src/decode/decoder-process.ts';
import { detectorSize } from '../../../gateway/src/decode/detector-size.ts';
import { samplingArguments } from '../../../gateway/src/decode/ffmpeg-arguments.ts';
import { FfmpegLauncher } from '../../../gateway/src/decode/ffmpeg-launcher.ts';
import { PictureAssembler } from '../../../gateway/src/decode/picture-assembler.ts';
import type { AccessUnit, ParameterSets, Picture } from '../../../gateway/src/pipeline.ts';
import { AnnexBSplitter } from '../../../gateway/src/streams/annex-b.ts';
import { FilePictures } from '../../../gateway/src/streams/file-pictures.ts';
import { probeFile } from '../../../gateway/src/streams/file-probe.ts';

/** As the gateway samples by default. */
const PICTURES_PER_SECOND = 5;
const LONG_SIDE = 416;
const WAITING_BYTES = 1_000_000;
const TICKS_PER_MS = 90;

const launcher = new FfmpegLauncher({ log: silentLogger });

/**
 * Decodes a file the gateway's way (file → access units → fMP4 → its sandboxed ffmpeg → sampled I420), as fast as it goes, with times
 * of the file's own: 0 for its first picture. H.264 and H.265.
 * @throws StreamFaultError for a file that is none
 */
export async function decodeFile(path: string, onPicture: (picture: Picture) => void): Promise<void> {
  await launcher.prepare();
  const file = await probeFile(path, SYSTEM_FOLDERS, AbortSignal.timeout(20_000));
  let run: Run | null = null;
  let sets: ParameterSets | null = null;
  const clock = { now: () => 0, monotonic: () => 0 };
  const pictures = new FilePictures(
    file,
    {
      onParameterSets: (next) => {
        sets = next;
      },
      onAccessUnit: (unit) => {
        if (sets === null) return;
        run ??= new Run(sets, onPicture);
        run.push(unit, sets);
      },
    },
    clock,
  );
  const splitter = new AnnexBSplitter(file.codec, (picture) => pictures.push(picture));
  const format = file.codec === 'h264' ? 'h264' : 'hevc';
  const words = [
    '-v',
    'error',
    '-nostdin',
    '-protocol_whitelist',
    'file,pipe',
    '-format_whitelist',
    FILE_FORMATS,
  ];
  const child = spawn(
    'ffmpeg',
    [...words, '-i', `file:${path}`, '-map', '0:v:0', '-c', 'copy', '-f', format, 'pipe:1'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  for await (const chunk of child.stdout) {
    splitter.push(chunk);
    await current(() => run)?.drained();
  }
  await current(() => run)?.finish();
}

/** What a callback has set meanwhile. */
const current = <T>(read: () => T): T => read();

class Run {
  readonly #timeline = new MediaTimeline({ originSeconds: 3, leadSeconds: 1.5 });
  readonly #process: DecoderProcess;
  readonly #ended: Promise<void>;
  #sequence = 0;
  #firstTicks: number | null = null;

  constructor(sets: ParameterSets, onPicture: (picture: Picture) => void) {
    const init = initSegment(sets);
    const { width, height } = videoFormat(sets);
    const size = detectorSize(width, height, LONG_SIDE);
    const assembler = new PictureAssembler((size.width * size.height * 3) / 2, (data, ticks) => {
      this.#firstTicks ??= ticks;
      const atMs = (ticks - this.#firstTicks) / TICKS_PER_MS;
      onPicture({ cameraId: 'file', ...size, data, capturedAtMs: atMs, monotonicMs: atMs });
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended = promise;
    const words = samplingArguments({ ...size, picturesPerSecond: PICTURES_PER_SECOND });
    this.#process = new DecoderProcess(launcher.spawn(words), {
      onBytes: (chunk) => assembler.addBytes(chunk),
      onTimes: (text) => assembler.addTimes(text),
      onExit: () => resolve(),
    });
    this.#process.write(init.bytes);
  }

  push(unit: AccessUnit, sets: ParameterSets): void {
    const nals = decodableNals(unit, sets.codec);
    const timing = this.#timeline.next(unit);
    if (nals.length === 0) return;
    this.#sequence += 1;
    this.#process.write(fragment({ sequence: this.#sequence, timing, key: unit.key, nals }));
  }

  async drained(): Promise<void> {
    while (this.#process.waitingBytes > WAITING_BYTES) await sleep(5);
  }

  async finish(): Promise<void> {
    this.#process.finish();
    await this.#ended;
  }
}
