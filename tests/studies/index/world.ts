import type { Area, AreaFacts, IndicatorFact } from '../../../dashboard/server/src/index/index.ts';
import { createRandom, type Random } from '../../../dashboard/server/src/index/random.ts';

export interface WorldPlan {
  grids: number;
  communities: number;
  streets: number;
  /** Coefficient of variation of true risk between grids, about half of it between communities. */
  variation: number;
  /** Correlation of the two kinds of harm, on the logarithmic scale. */
  correlation: number;
  days: number;
  seed: number;
}

export interface World {
  areas: Area[];
  /** Facts as they came about by chance. */
  facts: AreaFacts;
  /** The same grids had chance been silent: expected counts over unbounded observation. */
  truth: AreaFacts;
  /** Alerts the machines raised, confirmed or not, per grid. */
  rawAlerts: ReadonlyMap<string, number>;
}

/** Per 10,000 person-years, and per 1,000 camera-hours, where the risk is 1. */
const CASES_AT_ONE = 100;
const ALERTS_AT_ONE = 5;
const CAMERA_HOURS_A_DAY = 24;
/** A truth is known as well as this many times the figures would tell. */
const CERTAIN = 1e6;

/**
 * Grids of uneven size, risk and coverage. True risk is log-normal (not the Gamma that the estimate assumes), shared in
 * part within a community. Cameras are uneven by a factor of about fifty and stand in no relation to risk;
 * a twelfth of the grids has none. Machines raise false alerts at a rate of each grid's own.
 */
export function makeWorld(plan: WorldPlan): World {
  const random = createRandom(plan.seed);
  const areas = makeAreas(plan, random);
  const draw = riskDrawer(plan, random);
  const facts: Record<string, Record<string, IndicatorFact>> = {};
  const truth: Record<string, Record<string, IndicatorFact>> = {};
  const rawAlerts = new Map<string, number>();
  for (const area of areas.filter(({ level }) => level === 'grid')) {
    const [harm = 1, blockage = 1] = draw(area.parent ?? '');
    const personYears = ((area.population ?? 0) * plan.days) / 365.25;
    const cases = (personYears * CASES_AT_ONE * harm) / 10_000;
    const hours = camerasOf(random) * plan.days * CAMERA_HOURS_A_DAY * (0.55 + 0.45 * random.next());
    const alerts = (hours * ALERTS_AT_ONE * blockage) / 1000;
    const confirmed = random.poisson(alerts);
    const falseRate = Math.exp(1 + random.normal());
    rawAlerts.set(area.code, confirmed + random.poisson((hours * ALERTS_AT_ONE * falseRate) / 1000));
    facts[area.code] = {
      'reported-cases': { numerator: random.poisson(cases), denominator: personYears, coverage: 1 },
      ...(hours > 0 ? { 'lane-alerts': { numerator: confirmed, denominator: hours, coverage: 1 } } : {}),
    };
    truth[area.code] = {
      'reported-cases': { numerator: cases * CERTAIN, denominator: personYears * CERTAIN, coverage: 1 },
      ...(hours > 0
        ? { 'lane-alerts': { numerator: alerts * CERTAIN, denominator: hours * CERTAIN, coverage: 1 } }
        : {}),
    };
  }
  return { areas, facts, truth, rawAlerts };
}

function makeAreas({ grids, communities, streets }: WorldPlan, random: Random): Area[] {
  const area = (code: string, parent: string | null, level: string): Area => ({
    code,
    parent,
    level,
    nameZh: code,
    nameEn: code,
  });
  return [
    area('d', null, 'district'),
    ...Array.from({ length: streets }, (_, i) => area(`s${i}`, 'd', 'street')),
    ...Array.from({ length: communities }, (_, i) => area(`c${i}`, `s${i % streets}`, 'community')),
    ...Array.from({ length: grids }, (_, i) => ({
      ...area(`g${i}`, `c${i % communities}`, 'grid'),
      population: Math.round(Math.exp(7 + 0.6 * random.normal())),
    })),
  ];
}

function camerasOf(random: Random): number {
  return random.next() < 1 / 12 ? 0 : Math.min(200, Math.ceil(Math.exp(1.7 + random.normal())));
}

/** Risks of both kinds around 1, the first shared with the second as the correlation says. */
function riskDrawer({ variation, correlation }: WorldPlan, random: Random): (community: string) => number[] {
  const sd = Math.sqrt(Math.log(1 + variation ** 2) / 2);
  const pair = () => {
    const first = random.normal();
    return [first, correlation * first + Math.sqrt(1 - correlation ** 2) * random.normal()];
  };
  const communities = new Map<string, number[]>();
  return (community) => {
    const shared = communities.get(community) ?? pair();
    communities.set(community, shared);
    return pair().map((own, i) => Math.exp(sd * (own + (shared[i] ?? 0)) - sd * sd));
  };
}
