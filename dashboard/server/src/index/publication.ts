import { type AreaScore, type AreaTreeInput, type AreaTreeResult, computeAreaTree } from './area-tree.ts';
import { canonicalJson, sha256 } from './digest.ts';
import { IndexError } from './errors.ts';
import type { Framework } from './framework-schema.ts';
import { periodOf } from './periods.ts';

/**
 * One computation of one period, frozen. A correction of its figures, of the framework or of the software makes
 * the next `sequence`; what was published stays as it was. `sha256` covers everything else here, and names the version before,
 * so that a changed or missing version shows.
 */
export interface Publication {
  readonly period: string;
  /** 1 for the first version of a period. */
  readonly sequence: number;
  /** Daily figures are provisional until reports and confirmations are complete. */
  readonly status: 'provisional' | 'final';
  /** ISO 8601, UTC. */
  readonly computedAt: string;
  readonly framework: { readonly code: string; readonly version: string; readonly sha256: string };
  readonly softwareVersion: string;
  /** Of framework, areas and facts, whatever their order. The same inputs and software give the same scores. */
  readonly inputsSha256: string;
  readonly previousSha256: string | null;
  readonly nodes: AreaTreeResult['nodes'];
  readonly areas: readonly Readonly<AreaScore>[];
  readonly sha256: string;
}

export interface PublishInput extends AreaTreeInput {
  period: string;
  status: Publication['status'];
  softwareVersion: string;
  computedAt: Date;
  /** The latest version of the same period; null where there is none. */
  latest: Publication | null;
}

/**
 * Computes a period and freezes the outcome as its next version. A pure value: storing it is the caller's part.
 * @throws IndexError of kind `data` for a latest version of another period or index, one that was altered, or a final
 * one followed by a provisional; of kind `framework` for a period in which the framework is not valid.
 */
export function publish(input: PublishInput): Publication {
  const { framework, areas, facts, latest } = input;
  const period = periodOf(input.period);
  checkValidity(framework, period);
  checkLatest(input);
  const result = computeAreaTree({ framework, areas, facts });
  const content = {
    period: period.code,
    sequence: (latest?.sequence ?? 0) + 1,
    status: input.status,
    computedAt: input.computedAt.toISOString(),
    framework: result.framework,
    softwareVersion: input.softwareVersion,
    inputsSha256: digestInputs(input, result.framework.sha256),
    previousSha256: latest?.sha256 ?? null,
    nodes: result.nodes,
    areas: structuredClone(result.areas),
  };
  return deepFreeze({ ...content, sha256: sha256(canonicalJson(content)) });
}

/** Whether a publication is as it was made; false after any change, also when read back from a store. */
export function isIntact(publication: Publication): boolean {
  const { sha256: recorded, ...content } = publication;
  return sha256(canonicalJson(content)) === recorded;
}

/** Whether a new version would say the same again: the same inputs by the same software. */
export function isSameComputation(a: Publication, b: Publication): boolean {
  return a.inputsSha256 === b.inputsSha256 && a.softwareVersion === b.softwareVersion;
}

/**
 * Whether versions 1, 2, … of a period are all there, in order, each naming the one before, none altered.
 * @param versions of one period, by rising sequence.
 */
export function isUnbroken(versions: readonly Publication[]): boolean {
  return versions.every((version, i) => {
    const before = versions[i - 1];
    return (
      version.sequence === i + 1 &&
      version.previousSha256 === (before?.sha256 ?? null) &&
      version.period === (before?.period ?? version.period) &&
      isIntact(version)
    );
  });
}

function digestInputs({ areas, facts }: AreaTreeInput, frameworkSha256: string): string {
  const places = [...areas].sort((a, b) => (a.code < b.code ? -1 : 1));
  return sha256(`${frameworkSha256}\n${canonicalJson(places)}\n${canonicalJson(facts)}`);
}

function checkValidity(
  { code, version, validFrom, validTo }: Framework,
  { from, to, code: period }: { from: string; to: string; code: string },
): void {
  const isBefore = validFrom !== undefined && to < validFrom;
  const isAfter = validTo !== undefined && from > validTo;
  if (isBefore || isAfter)
    throw new IndexError('framework', [
      `${code} ${version} is valid ${validFrom ?? '…'} to ${validTo ?? '…'}, not in ${period}; publish that period by a version valid then`,
    ]);
}

function checkLatest({ latest, period, framework, status }: PublishInput): void {
  if (latest === null) return;
  const problems = [
    ...(latest.period === period && latest.framework.code === framework.code
      ? []
      : [
          `latest: is ${latest.framework.code} of ${latest.period}; give the latest of ${framework.code} of ${period}`,
        ]),
    ...(latest.status === 'final' && status === 'provisional'
      ? [`status: ${period} is final already; a correction is final too`]
      : []),
    ...(isIntact(latest) ? [] : ['latest: was altered since it was made; restore it before going on']),
  ];
  if (problems.length > 0) throw new IndexError('data', problems);
}

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    for (const part of Object.values(value)) deepFreeze(part);
    Object.freeze(value);
  }
  return value;
}
