import { join } from 'node:path';
import type { PictureFinding } from '@pingan/models/contract';
import { makeClip } from './clip.ts';
import { decodeFile } from './decode.ts';
import { CLIP_SECONDS, DEFECTS, type Level } from './defects.ts';
import { type Interval, IntervalRecorder } from './intervals.ts';
import { FPS, SCENES } from './scenes.ts';

/** One clip to make, decode and judge. */
export type Job = { folder: string; scene: string; finding: PictureFinding; level: Level };
export type JobResult = { job: Job; intervals: Interval[]; error?: string };

export async function runJob(job: Job): Promise<JobResult> {
  const { folder, finding, level } = job;
  const scene = SCENES.find(({ name }) => name === job.scene);
  if (!scene) throw new Error(`no scene is named ${job.scene}`);
  const path = join(folder, `${finding}-${level}-${scene.name}.mp4`);
  const graph = `[0:v]${scene.chain}[in];${DEFECTS[finding](level, scene)}`;
  await makeClip({ path, input: scene.input, graph, seconds: CLIP_SECONDS, fps: FPS });
  const recorder = new IntervalRecorder();
  await decodeFile(path, (picture) => recorder.observe(picture));
  return { job, intervals: recorder.intervals() };
}
