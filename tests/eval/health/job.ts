import { join } from 'node:path';
import type { PictureFinding } from '@pingan/models/contract';
import type { Picture } from '../../../gateway/src/pipeline.ts';
import { CLEAN, CLEAN_FPS, secondsOf } from './clean.ts';
import { makeClip } from './clip.ts';
import { decodeFile } from './decode.ts';
import { CLIP_SECONDS, DEFECTS, type Level } from './defects.ts';
import { type Interval, IntervalRecorder } from './intervals.ts';
import { FPS, SCENES, type Scene } from './scenes.ts';

/** One clip to make, decode and judge: with a defect, or clean and shown again and again for some minutes. */
export type Job =
  | { kind: 'defect'; folder: string; scene: string; finding: PictureFinding; level: Level }
  | { kind: 'clean'; folder: string; scene: string; condition: string; minutes: number };
/** `seconds` were judged, of which `distinctSeconds` are pictures that were not shown before. */
export type JobResult = { job: Job; intervals: Interval[]; seconds: number; distinctSeconds: number };

export async function runJob(job: Job): Promise<JobResult> {
  const scene = SCENES.find(({ name }) => name === job.scene);
  if (!scene) throw new Error(`no scene is named ${job.scene}`);
  return job.kind === 'defect' ? runDefect(job, scene) : runClean(job, scene);
}

async function runDefect(job: Job & { kind: 'defect' }, scene: Scene): Promise<JobResult> {
  const { folder, finding, level } = job;
  const path = join(folder, `${finding}-${level}-${scene.name}.mp4`);
  const graph = `[0:v]${scene.chain}[in];${DEFECTS[finding](level, scene)}`;
  await makeClip({ path, input: scene.input, graph, seconds: CLIP_SECONDS, fps: FPS });
  const recorder = new IntervalRecorder();
  await decodeFile(path, (picture) => recorder.observe(picture));
  return { job, intervals: recorder.intervals(), seconds: CLIP_SECONDS, distinctSeconds: CLIP_SECONDS };
}

async function runClean(job: Job & { kind: 'clean' }, scene: Scene): Promise<JobResult> {
  const { folder, condition, minutes } = job;
  const clean = CLEAN[condition];
  if (!clean) throw new Error(`no condition is named ${condition}`);
  const seconds = secondsOf(condition);
  const path = join(folder, `clean-${condition}-${scene.name}.mp4`);
  const graph = `[0:v]${scene.chain},fps=${CLEAN_FPS}[in];${clean.chain(scene)}`;
  const coding = clean.coding ? { coding: clean.coding } : {};
  await makeClip({
    path,
    input: scene.input,
    graph,
    seconds,
    fps: CLEAN_FPS,
    ...coding,
  });
  const pictures: Picture[] = [];
  await decodeFile(path, (picture) => {
    if (picture.monotonicMs < seconds * 1000) pictures.push(picture);
  });
  const recorder = new IntervalRecorder();
  const rounds = Math.max(1, Math.ceil((minutes * 60) / seconds));
  for (let round = 0; round < rounds; round++) {
    const laterMs = round * seconds * 1000;
    for (const picture of pictures) {
      const atMs = picture.monotonicMs + laterMs;
      recorder.observe({ ...picture, monotonicMs: atMs, capturedAtMs: atMs });
    }
  }
  return { job, intervals: recorder.intervals(), seconds: rounds * seconds, distinctSeconds: seconds };
}
