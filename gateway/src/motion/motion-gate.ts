import type { MotionGate, MotionVerdict, Picture } from '../pipeline.ts';
import { Background, type BackgroundOptions, type BlockChanges } from './background.ts';
import { type CellGrid, createCellGrid, measureCells } from './cells.ts';

export type MotionGateOptions = BackgroundOptions & {
  /** Width of the grid of cells the picture is reduced to. */
  maxColumns: number;
  /** Everything counts as moving until the background was learnt for so long, seconds. */
  learnSeconds: number;
  /** The gate stays open for so long after the last change, so that a person who stands still is not lost at once. */
  holdSeconds: number;
  /** Changed blocks that touch another changed block before the gate opens. */
  minBlocks: number;
  /** When more than this share of blocks changes at once it is the light or the view: the background is learnt anew, 0..1. */
  sceneChangeShare: number;
};

const defaults: MotionGateOptions = {
  maxColumns: 160,
  learnSeconds: 1,
  holdSeconds: 3,
  minBlocks: 2,
  sceneChangeShare: 0.6,
  adaptSeconds: 5,
  absorbSeconds: 60,
  noiseFactor: 2.5,
  floor: 2.5,
};

/** Longest step the background follows at once: after an outage the next picture must not replace it in one go. */
const MAX_STEP_SECONDS = 2;

type Scene = { width: number; height: number; grid: CellGrid; background: Background };

/** Changed blocks with a changed neighbour: noise makes single ones, things make groups. */
function countGrouped({ columns, rows, changed }: BlockChanges): number {
  let grouped = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const block = row * columns + column;
      if (changed[block] !== 1) continue;
      const left = column > 0 && changed[block - 1] === 1;
      const right = column + 1 < columns && changed[block + 1] === 1;
      const above = changed[block - columns] === 1;
      const below = changed[block + columns] === 1;
      if (left || right || above || below) grouped++;
    }
  }
  return grouped;
}

/**
 * A gate for one camera: still scenes close it, so that they cost no inference. Works on the luma only and in seconds of
 * `monotonicMs`, whatever the picture rate. A picture of another size starts anew. Throws a RangeError for a short luma plane.
 */
export function createMotionGate(options: Partial<MotionGateOptions> = {}): MotionGate {
  const settings = { ...defaults, ...options };
  let scene: Scene | null = null;
  let learnUntilMs = 0;
  let openUntilMs = Number.NEGATIVE_INFINITY;
  let previousMs = 0;

  const startScene = (picture: Picture): Scene => {
    const grid = createCellGrid(picture, settings.maxColumns);
    learnUntilMs = picture.monotonicMs + settings.learnSeconds * 1000;
    previousMs = picture.monotonicMs;
    return { width: picture.width, height: picture.height, grid, background: new Background(grid, settings) };
  };

  const judge = ({ background }: Scene, nowMs: number, seconds: number): MotionVerdict => {
    if (nowMs < learnUntilMs) {
      background.learn();
      return { moving: true, changedShare: 1 };
    }
    const changes = background.compare();
    const changedShare = changes.share;
    if (changedShare > settings.sceneChangeShare) {
      background.forget();
      background.learn();
      learnUntilMs = nowMs + settings.learnSeconds * 1000;
      return { moving: true, changedShare };
    }
    if (countGrouped(changes) >= settings.minBlocks) openUntilMs = nowMs + settings.holdSeconds * 1000;
    background.follow(seconds);
    return { moving: nowMs <= openUntilMs, changedShare };
  };

  return {
    observe(picture) {
      if (scene?.width !== picture.width || scene.height !== picture.height) scene = startScene(picture);
      measureCells(picture, scene.grid);
      const nowMs = Math.max(picture.monotonicMs, previousMs);
      const seconds = Math.min((nowMs - previousMs) / 1000, MAX_STEP_SECONDS);
      previousMs = nowMs;
      return judge(scene, nowMs, seconds);
    },
  };
}
