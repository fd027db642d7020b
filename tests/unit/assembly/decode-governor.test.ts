import { describe, expect, test } from 'vitest';
import { DecodeGovernor } from '../../../gateway/src/assembly/decode-governor.ts';
import { LoadLevel, type LoadSample, MOST_LOAD } from '../../../gateway/src/assembly/load-level.ts';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import type { DecodePace } from '../../../gateway/src/pipeline.ts';

const calm: LoadSample = { cpuBusy: 0.3, loopDelayMs: 1, laggingShare: 0 };
const late: LoadSample = { cpuBusy: 0.99, loopDelayMs: 300, laggingShare: 0 };

function observe(load: LoadLevel, sample: LoadSample, seconds: number): number[] {
  return Array.from({ length: seconds }, () => {
    load.observe(sample);
    return load.level;
  });
}

describe('load level', () => {
  test('rises every three seconds of overload, up to the most', () => {
    expect(observe(new LoadLevel(), late, 15)).toEqual([0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, MOST_LOAD]);
  });

  test('does not rise for a busy processor alone, nor for a hung decoder on an idle one', () => {
    const load = new LoadLevel();
    observe(load, { cpuBusy: 1, loopDelayMs: 5, laggingShare: 0.1 }, 20);
    observe(load, { cpuBusy: 0.2, loopDelayMs: 5, laggingShare: 1 }, 20);
    expect(load.level).toBe(0);
    observe(load, { cpuBusy: 0.95, loopDelayMs: 5, laggingShare: 0.5 }, 3);
    expect(load.level).toBe(1);
  });

  test('counts what cannot be measured as busy when it is late and as calm when it is not', () => {
    const load = new LoadLevel();
    observe(load, { ...late, cpuBusy: null }, 3);
    expect(load.level).toBe(1);
    observe(load, { ...calm, cpuBusy: null }, 10);
    expect(load.level).toBe(0);
  });

  test('falls after ten seconds of calm, and not where it is neither calm nor late', () => {
    const load = new LoadLevel();
    observe(load, late, 6);
    observe(load, { cpuBusy: 0.85, loopDelayMs: 5, laggingShare: 0 }, 60);
    expect(load.level).toBe(2);
    expect(observe(load, calm, 20)).toEqual([...Array(9).fill(2), ...Array(10).fill(1), 0]);
  });

  test('waits twice as long each time that falling was too early', () => {
    const load = new LoadLevel();
    observe(load, late, 3);
    observe(load, calm, 10);
    expect(load.level).toBe(0);
    observe(load, late, 3);
    expect(observe(load, calm, 20).indexOf(0)).toBe(19);
  });
});

const NO_PACE: DecodePace = { picturesPerSecond: 0, keyframesOnly: false };

function begin(count: number) {
  let nowMs = 0;
  let sample: LoadSample = calm;
  const cameras = Array.from({ length: count }, (_, index) => ({
    cameraId: `camera-${index}`,
    moving: 0,
    armed: false,
    pace: NO_PACE,
  }));
  const changes: number[] = [];
  const governor = new DecodeGovernor({
    fullFps: 5,
    idleFps: 2,
    meter: { start() {}, stop() {}, take: () => sample },
    onChange: () => changes.push(nowMs),
    clock: { now: () => nowMs, monotonic: () => nowMs },
    log: silentLogger,
  });
  const places = cameras.map((camera) =>
    governor.join({
      cameraId: camera.cameraId,
      decoder: {
        setPace: (pace) => {
          camera.pace = pace;
        },
        lagMs: 0,
        stats: { pictures: 7, droppedUnits: 0, restarts: 1, failures: 0 },
      },
      movingPictures: () => camera.moving,
      isArmed: () => camera.armed,
    }),
  );
  const run = (seconds: number, now: LoadSample = calm) => {
    sample = now;
    for (let second = 0; second < seconds; second += 1) {
      nowMs += 1000;
      governor.govern();
    }
  };
  const shed = () => cameras.flatMap(({ pace }, index) => (pace.keyframesOnly ? [index] : []));
  return { governor, cameras, places, run, shed, changes };
}

describe('decode governor', () => {
  test('gives a still camera without rules few pictures, an armed or moving one all', () => {
    const { cameras, places, run } = begin(3);
    const [still, armed, moving] = cameras;
    if (!still || !armed || !moving) throw new Error('three cameras');
    armed.armed = true;
    expect(cameras.map(({ pace }) => pace.picturesPerSecond)).toEqual([5, 5, 5]);
    for (let second = 0; second < 12; second += 1) {
      moving.moving += 3;
      run(1);
    }
    expect(cameras.map(({ pace }) => pace.picturesPerSecond)).toEqual([2, 5, 5]);
    expect(places.map((place) => place.health().need)).toEqual(['idle', 'armed', 'motion']);
    still.moving += 1;
    run(1);
    expect(still.pace.picturesPerSecond).toBe(5);
  });

  test('under load leaves the cameras with the least need with keyframes, counts it, and gives it back', () => {
    const { cameras, places, run, shed, changes } = begin(4);
    for (const [index, camera] of cameras.entries()) camera.armed = index < 2;
    run(11);
    run(3, late);
    expect(shed()).toEqual([2]);
    run(3, late);
    expect(shed()).toEqual([2, 3]);
    run(6, late);
    expect(shed()).toEqual([0, 1, 2, 3]);
    expect(changes).toHaveLength(4);
    run(60);
    expect(shed()).toEqual([]);
    const health = places[2]?.health();
    expect(health).toMatchObject({ mode: 'full', degradations: 1, pictures: 7, restarts: 1, sampledFps: 2 });
    expect(health?.degradedSeconds).toBeGreaterThan(9);
    expect(places[0]?.health().degradedSeconds).toBeLessThan(health?.degradedSeconds ?? 0);
  });

  test('does not let cameras take turns while the level stays', () => {
    const { cameras, run, shed } = begin(4);
    run(11);
    run(3, late);
    const first = shed();
    for (const [index, camera] of cameras.entries())
      camera.armed = first.includes(index) ? false : index % 2 === 0;
    run(2, late);
    expect(shed()).toEqual(first);
  });

  test('forgets a camera that left', () => {
    const { places, run, shed } = begin(2);
    places[0]?.leave();
    run(12, late);
    expect(shed()).toEqual([1]);
  });
});
