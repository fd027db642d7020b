import type { Detection } from '@pingan/models/contract';
import type { Logger } from '../base/log.ts';
import { openVideoFile, type SampleOptions, samplePictures, type VideoFile } from '../decode/video-file.ts';
import { DetectionPool } from '../detection/detection-pool.ts';
import type { MotRow } from '../evaluation/index.ts';
import type { Track } from '../pipeline.ts';
import { createTracker } from '../tracking/tracker.ts';
import { DETECTOR } from './detector-settings.ts';

export type VideoTracksOptions = SampleOptions & {
  path: string;
  /** COCO names to report. */
  labels: readonly string[];
  /** Detections as they come (id -1) instead of tracks. */
  rawDetections: boolean;
  log: Logger;
  onProgress(progress: { frame: number; seconds: number }): void;
};

export type VideoTracks = { rows: MotRow[]; sampled: number; file: VideoFile };

/** MOTChallenge classes; it knows one of vehicles on four wheels and more. */
const CLASS_IDS: ReadonlyMap<string, number> = new Map([
  ['person', 1],
  ['car', 3],
  ['bus', 3],
  ['truck', 3],
  ['bicycle', 4],
  ['motorcycle', 5],
]);
/** What `--detections` reports at least: a curve of precision over recall wants the weak ones too. */
const RAW_SCORE = 0.05;
/** An identity that was hidden for less than this and seen again has passed straight between: its boxes are filled in, seconds. */
const FILLED_GAP_SECONDS = 1;

const classOf = (label: string): number => CLASS_IDS.get(label) ?? -1;

/** A relative box in pixels of the source. */
const toPixels = ([left, top, width, height]: Detection['box'], file: VideoFile): MotRow['box'] => [
  left * file.width,
  top * file.height,
  width * file.width,
  height * file.height,
];

/** Looks a file over with the running gateway's detector and tracker, every sampled picture. Throws a VideoFileError. */
export async function trackVideo(options: VideoTracksOptions): Promise<VideoTracks> {
  const file = await openVideoFile(options.path);
  const pool = new DetectionPool({
    model: DETECTOR.model,
    minScore: options.rawDetections ? RAW_SCORE : DETECTOR.minScore,
    labels: [...options.labels],
    workers: 1,
    log: options.log,
  });
  await pool.start();
  try {
    const collect = options.rawDetections ? rawRows(file) : trackRows(file);
    let sampled = 0;
    for await (const { frame, seconds, picture } of samplePictures(file, options)) {
      const result = await pool.detect(picture);
      if (!result) throw new Error(`no detections for picture ${frame}: the detector's worker failed`);
      collect.add(frame, seconds, result.detections);
      sampled += 1;
      options.onProgress({ frame, seconds });
    }
    return { rows: collect.rows(), sampled, file };
  } finally {
    await pool.stop();
  }
}

type Collector = {
  add(frame: number, seconds: number, detections: readonly Detection[]): void;
  rows(): MotRow[];
};

function rawRows(file: VideoFile): Collector {
  const rows: MotRow[] = [];
  return {
    add(frame, _, detections) {
      for (const { label, confidence, box } of detections)
        rows.push({
          frame,
          id: -1,
          box: toPixels(box, file),
          score: confidence,
          classId: classOf(label),
          visibility: -1,
        });
    },
    rows: () => rows,
  };
}

/** Tracks from their first look on, once they are confirmed; short gaps filled. */
function trackRows(file: VideoFile): Collector {
  const tracker = createTracker();
  const looks = new Map<number, { rows: MotRow[]; isConfirmed: boolean }>();
  const frames: { frame: number; seconds: number }[] = [];
  const rowOf = (track: Track, frame: number): MotRow => ({
    frame,
    id: track.id,
    box: toPixels(track.box, file),
    score: track.confidence,
    classId: classOf(track.label),
    visibility: -1,
  });
  return {
    add(frame, seconds, detections) {
      frames.push({ frame, seconds });
      const atMs = seconds * 1000;
      for (const track of tracker.update(detections, atMs)) {
        if (track.lastSeenMs < atMs) continue;
        const known = looks.get(track.id) ?? { rows: [], isConfirmed: false };
        known.rows.push(rowOf(track, frame));
        known.isConfirmed ||= track.state === 'confirmed';
        looks.set(track.id, known);
      }
    },
    rows: () =>
      [...looks.values()]
        .filter(({ isConfirmed }) => isConfirmed)
        .flatMap(({ rows }) => fillGaps(rows, frames))
        .sort((a, b) => a.frame - b.frame || a.id - b.id),
  };
}

/** Boxes for the sampled pictures between two looks, on a straight line. */
function fillGaps(rows: readonly MotRow[], frames: readonly { frame: number; seconds: number }[]): MotRow[] {
  const secondsOf = new Map(frames.map(({ frame, seconds }) => [frame, seconds]));
  return rows.flatMap((row, index) => {
    const next = rows[index + 1];
    if (!next) return [row];
    const [from = 0, to = 0] = [secondsOf.get(row.frame), secondsOf.get(next.frame)];
    if (to - from > FILLED_GAP_SECONDS) return [row];
    const between = frames.filter(({ frame }) => frame > row.frame && frame < next.frame);
    return [
      row,
      ...between.map(({ frame, seconds }) =>
        mix(row, next, { frame, share: (seconds - from) / (to - from) }),
      ),
    ];
  });
}

function mix(from: MotRow, to: MotRow, { frame, share }: { frame: number; share: number }): MotRow {
  const side = (index: 0 | 1 | 2 | 3) => from.box[index] + (to.box[index] - from.box[index]) * share;
  return { ...from, frame, box: [side(0), side(1), side(2), side(3)] };
}
