import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { detectorModels } from '@pingan/models/detectors';
import { DETECTOR } from '../assembly/detector-settings.ts';
import { trackVideo } from '../assembly/video-tracks.ts';
import { createLogger } from '../base/log.ts';
import { formatRow } from '../evaluation/index.ts';
import { numberOption, required, UsageError } from './options.ts';
import { createProgress } from './progress.ts';

export const TRACK_USAGE = `track --input <video> --output <file> [--sample-fps 7] [--size 416] [--labels person,…] [--detections]
          boxes of a video as MOTChallenge text: frame,id,x,y,w,h,score,class,visibility in pixels of the source`;

function labelsOf(text: string): string[] {
  const labels = text.split(',').map((label) => label.trim());
  const known = detectorModels.get(DETECTOR.model)?.manifest.labels ?? [];
  const unknown = labels.find((label) => !known.includes(label));
  if (unknown !== undefined)
    throw new UsageError(
      `--labels names "${unknown}": choose among COCO's, for example person,bicycle,car,motorcycle,bus,truck`,
    );
  return labels;
}

/** Writes what detector and tracker see in a video; what it did goes to standard error. */
export async function track(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      input: { type: 'string' },
      output: { type: 'string' },
      'sample-fps': { type: 'string' },
      size: { type: 'string' },
      labels: { type: 'string', default: 'person' },
      detections: { type: 'boolean', default: false },
    },
  });
  const path = required('input', values.input);
  const output = required('output', values.output);
  const progress = createProgress('track');
  const { rows, sampled, file } = await trackVideo({
    path,
    sampleFps: numberOption('sample-fps', values['sample-fps'], { low: 0.1, high: 60, byDefault: 7 }),
    longSide: numberOption('size', values.size, { low: 96, high: 960, byDefault: 416 }),
    labels: labelsOf(values.labels),
    rawDetections: values.detections,
    log: createLogger('track', 'error'),
    onProgress: ({ frame, seconds }) => progress.show(`picture ${frame}, ${seconds.toFixed(1)} s`),
  });
  writeFileSync(output, rows.map((row) => `${formatRow(row)}\n`).join(''));
  const identities = new Set(rows.map(({ id }) => id)).size;
  const what = values.detections ? `${rows.length} detections` : `${identities} tracks, ${rows.length} boxes`;
  progress.end(`${output}: ${what} in ${sampled} sampled pictures of ${file.width}×${file.height}`);
  return 0;
}
