/** The operations figures of DOMAIN.md from sums over cameras and time. Pure. */

/** Sums over some cameras and days; seconds of planned maintenance are in none of them. */
export type HealthSums = {
  cameras: number;
  /** Seconds in which cameras were registered, and those of them in which somebody observed them. */
  expected: number;
  observed: number;
  /** Over the camera-days observed long enough: their expected seconds, and online seconds scaled to the whole camera-day. */
  countedExpected: number;
  countedOnline: number;
  /** Seconds online, and those of them with a good or a poor picture (the rest is not judged yet). */
  online: number;
  good: number;
  poor: number;
  /** Slots with a report, and those of them in which the camera gave pictures. */
  attempts: number;
  successes: number;
  /** Cameras whose clock was sampled often enough, and those of them that are accurate. */
  clockDevices: number;
  clockAccurate: number;
};

export const FIGURE_CODES = ['online', 'picture', 'clock', 'connection'] as const;
export type FigureCode = (typeof FIGURE_CODES)[number];
export type FigureUnit = 'hours' | 'cameras' | 'attempts';

/** Always shown as numerator / denominator; without enough coverage there is no value, and it reads "collecting". */
export type HealthFigure = {
  code: FigureCode;
  unit: FigureUnit;
  numerator: number;
  denominator: number;
  /** 0..1; null while collecting. */
  value: number | null;
  /** 0..1: how much of what should be known is known. */
  coverage: number;
};

const HOUR_S = 3600;

export const NO_SUMS: HealthSums = {
  cameras: 0,
  expected: 0,
  observed: 0,
  countedExpected: 0,
  countedOnline: 0,
  online: 0,
  good: 0,
  poor: 0,
  attempts: 0,
  successes: 0,
  clockDevices: 0,
  clockAccurate: 0,
};

/** The sums of both. */
export function addSums(a: HealthSums, b: HealthSums): HealthSums {
  return {
    cameras: a.cameras + b.cameras,
    expected: a.expected + b.expected,
    observed: a.observed + b.observed,
    countedExpected: a.countedExpected + b.countedExpected,
    countedOnline: a.countedOnline + b.countedOnline,
    online: a.online + b.online,
    good: a.good + b.good,
    poor: a.poor + b.poor,
    attempts: a.attempts + b.attempts,
    successes: a.successes + b.successes,
    clockDevices: a.clockDevices + b.clockDevices,
    clockAccurate: a.clockAccurate + b.clockAccurate,
  };
}

const share = (part: number, whole: number): number => (whole > 0 ? Math.min(1, part / whole) : 0);

type Counted = { code: FigureCode; unit: FigureUnit; numerator: number; denominator: number };

function figure(counted: Counted, coverage: number, minimum: number): HealthFigure {
  const { numerator, denominator } = counted;
  const isKnown = denominator > 0 && coverage >= minimum;
  return { ...counted, coverage, value: isKnown ? numerator / denominator : null };
}

/**
 * 在线率: online hours / hours of the camera-days that were observed long enough, the mean of daily online hours / 24.
 * 图像完好率: hours with a good picture / hours online and judged, which is good / online cameras at every moment.
 * 时钟准确率: accurate cameras / cameras with data; "with data" is decided before, so its coverage only informs.
 * 连通率: slots in which the camera gave pictures / slots in which its gateway tried.
 * @param minimumCoverage 0..1; below it a figure reads "collecting"
 * @param slotSeconds length of a slot
 */
export function figuresOf(
  sums: HealthSums,
  { minimumCoverage, slotSeconds }: { minimumCoverage: number; slotSeconds: number },
): HealthFigure[] {
  const { expected, observed, good, poor, online } = sums;
  const observedShare = share(observed, expected);
  const hours = { online: sums.countedOnline / HOUR_S, counted: sums.countedExpected / HOUR_S };
  return [
    figure(
      { code: 'online', unit: 'hours', numerator: hours.online, denominator: hours.counted },
      share(sums.countedExpected, expected),
      minimumCoverage,
    ),
    figure(
      { code: 'picture', unit: 'hours', numerator: good / HOUR_S, denominator: (good + poor) / HOUR_S },
      observedShare * share(good + poor, online),
      minimumCoverage,
    ),
    figure(
      { code: 'clock', unit: 'cameras', numerator: sums.clockAccurate, denominator: sums.clockDevices },
      share(sums.clockDevices, sums.cameras),
      0,
    ),
    figure(
      { code: 'connection', unit: 'attempts', numerator: sums.successes, denominator: sums.attempts },
      share(sums.attempts * slotSeconds, expected),
      minimumCoverage,
    ),
  ];
}
