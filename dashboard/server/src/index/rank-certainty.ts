import { competitionRanks } from './statistics.ts';

/** How certain one unit's place is. Ranks run from 1, the best. `tieGroup` is 1 for the leading group. */
export interface RankCertainty {
  unit: string;
  score: number;
  rank: number;
  rankLow: number;
  rankMedian: number;
  rankHigh: number;
  scoreLow: number;
  scoreHigh: number;
  tieGroup: number;
}

/** Scores of all runs: unit i has the places from i × runs to (i + 1) × runs. NaN is no score. */
export class RankDraws {
  readonly runs: number;
  private readonly ranks: Float64Array;
  private readonly scores: Float64Array;

  constructor(units: number, runs: number) {
    this.runs = runs;
    this.ranks = new Float64Array(units * runs);
    this.scores = new Float64Array(units * runs);
  }

  /** Keeps the scores of one run and their ranks. */
  add(run: number, scores: Float64Array): void {
    const ranks = competitionRanks(scores);
    for (let unit = 0; unit < scores.length; unit += 1) {
      this.ranks[unit * this.runs + run] = ranks[unit] ?? 0;
      this.scores[unit * this.runs + run] = scores[unit] ?? Number.NaN;
    }
  }

  sortedRanks(unit: number): Float64Array {
    return this.own(this.ranks, unit)
      .filter((rank) => rank > 0)
      .sort();
  }

  sortedScores(unit: number): Float64Array {
    return this.own(this.scores, unit)
      .filter((drawn) => !Number.isNaN(drawn))
      .sort();
  }

  private own(values: Float64Array, unit: number): Float64Array {
    return values.slice(unit * this.runs, (unit + 1) * this.runs);
  }
}

/**
 * Intervals that hold the middle `interval` share of each unit's draws, from the best rank as configured to the last.
 * Units without a score are left out.
 */
export function rankCertainties(
  { units, scores }: { units: readonly string[]; scores: Float64Array },
  draws: RankDraws,
  interval: number,
): RankCertainty[] {
  const ranks = competitionRanks(scores);
  const tail = (1 - interval) / 2;
  const rows = units.flatMap((unit, i) => {
    const score = scores[i] ?? Number.NaN;
    if (Number.isNaN(score)) return [];
    const ownRanks = draws.sortedRanks(i);
    const ownScores = draws.sortedScores(i);
    return [
      {
        unit,
        score,
        rank: ranks[i] ?? 0,
        rankLow: Math.floor(quantile(ownRanks, tail)),
        rankMedian: quantile(ownRanks, 0.5),
        rankHigh: Math.ceil(quantile(ownRanks, 1 - tail)),
        scoreLow: quantile(ownScores, tail),
        scoreHigh: quantile(ownScores, 1 - tail),
        tieGroup: 0,
      },
    ];
  });
  rows.sort((a, b) => a.rank - b.rank);
  return groupTies(rows);
}

/**
 * Groups units that cannot be told apart: from the top, a group takes every next unit whose interval of ranks
 * overlaps that of the group's first unit.
 */
function groupTies(rows: readonly RankCertainty[]): RankCertainty[] {
  let tieGroup = 0;
  let leaderHigh = Number.NEGATIVE_INFINITY;
  return rows.map((row) => {
    if (row.rankLow > leaderHigh) {
      tieGroup += 1;
      leaderHigh = row.rankHigh;
    }
    return { ...row, tieGroup };
  });
}

/** Linear interpolation between order statistics (Hyndman and Fan, type 7). */
function quantile(sorted: Float64Array, share: number): number {
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  return low + (high - low) * (position - below);
}
