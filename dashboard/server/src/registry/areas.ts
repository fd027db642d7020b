export type Bilingual = { zh: string; en: string };
export type AreaLevel = 'district' | 'street' | 'community' | 'grid';
export type Area = {
  code: string;
  parent: string | null;
  level: AreaLevel;
  name: Bilingual;
  sample: boolean;
};
export type AreaPath = { code: string; path: Bilingual[] };

const DEPTH_LIMIT = 8;

/** The area tree in memory: small, read on every answer, changed rarely. */
export class AreaDirectory {
  readonly #read: () => Promise<Area[]>;
  #areas = new Map<string, Area>();
  #parents = new Set<string | null>();

  constructor(read: () => Promise<Area[]>) {
    this.#read = read;
  }

  async start(): Promise<void> {
    await this.refresh();
  }

  stop(): void {}

  /** Reads the tree again after a change. */
  async refresh(): Promise<void> {
    const areas = await this.#read();
    this.#areas = new Map(areas.map((area) => [area.code, area]));
    this.#parents = new Set(areas.map(({ parent }) => parent));
  }

  /** Parents before children. */
  all(): Area[] {
    const depth = (area: Area) => this.#upwards(area.code).length;
    return [...this.#areas.values()].sort((a, b) => depth(a) - depth(b) || a.code.localeCompare(b.code));
  }

  has(code: string): boolean {
    return this.#areas.has(code);
  }

  /** True for an area that has areas below it. */
  isParent(code: string): boolean {
    return this.#parents.has(code);
  }

  /** Names from the district down to the area; null for an unknown code. */
  pathOf(code: string | null): AreaPath | null {
    if (code === null || !this.#areas.has(code)) return null;
    return { code, path: this.#upwards(code).map(({ name }) => name) };
  }

  /** Codes of the area and of those it lies in, outermost first; empty for an unknown code. */
  lineOf(code: string): string[] {
    return this.#upwards(code).map((area) => area.code);
  }

  /** Codes of the area and of all areas below it; empty for an unknown code. */
  within(code: string): string[] {
    return [...this.#areas.keys()].filter((one) => this.#upwards(one).some((area) => area.code === code));
  }

  #upwards(code: string): Area[] {
    const path: Area[] = [];
    let area = this.#areas.get(code);
    while (area !== undefined && path.length < DEPTH_LIMIT) {
      path.unshift(area);
      area = area.parent === null ? undefined : this.#areas.get(area.parent);
    }
    return path;
  }
}
