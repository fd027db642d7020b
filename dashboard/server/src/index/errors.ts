export type IndexErrorKind = 'framework' | 'data' | 'arithmetic';

/**
 * Something in a framework or in its data prevents a result. `problems` holds every finding of the step that
 * failed, each naming the place (a path, a line and column, a node and unit) and the remedy.
 */
export class IndexError extends Error {
  readonly kind: IndexErrorKind;
  readonly problems: readonly string[];

  constructor(kind: IndexErrorKind, problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'IndexError';
    this.kind = kind;
    this.problems = problems;
  }
}
