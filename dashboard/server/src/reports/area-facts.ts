export type CameraFacts = {
  areaCode: string;
  isConnected: boolean;
  /** Seconds online with a good picture, with a poor one, online without a verdict, not online. */
  good: number;
  poor: number;
  streaming: number;
  down: number;
};
export type AlarmFacts = { areaCode: string; raised: number; disposed: number };

export type Fact = { numerator: number; denominator: number; coverage: number };
/** By area code, then by indicator code. */
export type FactsByArea = Record<string, Record<string, Fact>>;

const sum = <T>(items: readonly T[], of: (item: T) => number) =>
  items.reduce((total, item) => total + of(item), 0);
const share = (part: number, whole: number) => (whole > 0 ? Math.min(1, part / whole) : 0);

function cameraIndicators(cameras: readonly CameraFacts[], minimumSeconds: number): Record<string, Fact> {
  const seconds = ({ good, poor, streaming, down }: CameraFacts) => good + poor + streaming + down;
  const observed = cameras.filter((camera) => seconds(camera) >= minimumSeconds);
  const coverage = share(observed.length, cameras.length);
  const online = sum(observed, ({ good, poor, streaming }) => good + poor + streaming);
  const judged = sum(observed, ({ good, poor }) => good + poor);
  return {
    'connected-rate': {
      numerator: cameras.filter(({ isConnected }) => isConnected).length,
      denominator: cameras.length,
      coverage: 1,
    },
    'online-rate': {
      numerator: Math.round(online),
      denominator: Math.round(sum(observed, seconds)),
      coverage,
    },
    'picture-rate': {
      numerator: Math.round(sum(observed, ({ good }) => good)),
      denominator: Math.round(judged),
      coverage: coverage * share(judged, online),
    },
  };
}

/**
 * The figures of the index per area. 联网率: cameras streaming now ÷ cameras registered. 在线率: seconds online ÷ seconds observed.
 * 图像完好率: seconds with a good picture ÷ seconds with a judged one. 告警处置率: alarms dealt with ÷ alarms received.
 * @param minimumSeconds a camera observed for less has no coverage
 */
export function factsByArea(
  cameras: readonly CameraFacts[],
  alarms: readonly AlarmFacts[],
  minimumSeconds: number,
): FactsByArea {
  const facts: FactsByArea = {};
  for (const [area, own] of Map.groupBy(cameras, ({ areaCode }) => areaCode)) {
    facts[area] = cameraIndicators(own, minimumSeconds);
  }
  for (const { areaCode, raised, disposed } of alarms) {
    facts[areaCode] = {
      ...facts[areaCode],
      'disposal-rate': { numerator: disposed, denominator: raised, coverage: 1 },
    };
  }
  return facts;
}
