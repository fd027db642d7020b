import type { Rule } from '@pingan/models/contract';
import type { Logger } from '../base/log.ts';
import { openVideoFile, samplePictures } from '../decode/video-file.ts';
import { DetectionPool } from '../detection/detection-pool.ts';
import { createRuleEngine, type RuleOutcome } from '../rules/index.ts';
import { DETECTOR } from './detector-settings.ts';
import { type AnalysisWork, PictureAnalysis } from './picture-analysis.ts';

export type VideoReplayOptions = {
  path: string;
  rules: readonly Rule[];
  sampleFps: number;
  longSide: number;
  /** Wall time of the first picture, ms since the epoch, for schedules; fixed, so that two runs see the same. */
  startsAtMs: number;
  log: Logger;
  onEvent(event: ReplayEvent): void;
};

/** What a rule said, in seconds of the file. */
export type ReplayEvent = { seconds: number } & RuleOutcome;

export type VideoReplay = { work: AnalysisWork; seconds: number };

/**
 * Runs rules over a file through the running gateway's own chain, one picture after the other, by the file's clock: the same input
 * gives the same events. Throws a VideoFileError or the rule engine's RangeError.
 */
export async function replayVideo(options: VideoReplayOptions): Promise<VideoReplay> {
  const { path, sampleFps, longSide, startsAtMs } = options;
  const rules = createRuleEngine({
    camera: { id: 'file', code: 'file' },
    rules: options.rules.map(forThisFile),
  });
  const file = await openVideoFile(path);
  const pool = new DetectionPool({ ...DETECTOR, labels: [...DETECTOR.labels], workers: 1, log: options.log });
  await pool.start();
  let last = 0;
  const report = (outcome: RuleOutcome, monotonicMs: number) =>
    options.onEvent({ seconds: monotonicMs / 1000, ...outcome });
  try {
    const analysis = new PictureAnalysis({
      detector: pool,
      rules,
      onOutcome: (outcome, moment) => report(outcome, moment.monotonicMs),
    });
    for await (const { seconds, picture } of samplePictures(file, { sampleFps, longSide })) {
      await analysis.observe({ ...picture, capturedAtMs: startsAtMs + seconds * 1000 });
      last = picture.monotonicMs;
    }
    if (analysis.work.dropped > 0)
      throw new Error('a picture got no detections: the detector’s worker failed');
    for (const outcome of rules.end({ capturedAtMs: startsAtMs + last, monotonicMs: last }))
      report(outcome, last);
    return { work: analysis.work, seconds: last / 1000 };
  } finally {
    await pool.stop();
  }
}

/** Every rule of the file is for this video, whatever cameras it names. */
const forThisFile = (rule: Rule): Rule => ({ ...rule, cameras: ['*'] });
