import type { Picture } from '../pipeline.ts';
import type { KnownMeasures } from './baseline.ts';
import { measureColour } from './colour.ts';
import { measureEdges } from './edges.ts';
import type { Measures } from './findings.ts';
import { measureNoise } from './grain.ts';
import { type Luma, reduceLuma } from './luma.ts';
import { compareScene, emptyMap, followScene, mapScene, type SceneMap } from './scene.ts';
import { StillnessMeter } from './stillness.ts';
import { measureStripes, type Stripes } from './stripes.ts';
import { measureTone } from './tone.ts';

/** Stripes cost as much as all else: every so many looks. */
const STRIPES_EVERY = 3;
/** The place is compared as a running mean of about so many looks, so that passers-by blur away. */
const MEAN_LOOKS = 2.5;

/** Measures one camera's pictures, one look after the other; remembers what the next look needs. */
export class PictureLooker {
  readonly stillness = new StillnessMeter();
  readonly #now = emptyMap();
  readonly #mean = emptyMap();
  readonly #view = { cells: this.#mean.cells, detail: this.#now.detail, latest: this.#now.cells };
  #luma: Luma | null = null;
  #spare: Luma | null = null;
  #stripes: Stripes = { prominence: 0, amplitude: 0 };
  #looks = 0;

  /** What the camera has seen over the last looks. */
  get scene(): SceneMap {
    return this.#mean;
  }

  /** @param known the remembered place to compare with; null while there is none */
  look(picture: Picture, shake: number | null, known: SceneMap | null): Measures {
    const previous = this.#luma;
    const luma = reduceLuma(picture, this.#spare);
    this.#spare = previous;
    this.#luma = luma;
    if (this.#looks % STRIPES_EVERY === 0) this.#stripes = measureStripes(luma);
    mapScene(luma, this.#now);
    followScene(this.#mean, this.#now, this.#looks === 0 ? 1 : 1 / MEAN_LOOKS);
    this.#looks++;
    const noise = measureNoise(luma, previous);
    return {
      ...measureTone(luma),
      ...measureEdges(picture),
      ...measureColour(picture),
      ...this.#stripes,
      noise,
      ...this.stillness.look(luma, picture.monotonicMs),
      shake,
      scene: known && compareScene(this.#view, known, noise),
    };
  }
}

/** What of a look a baseline remembers. */
export const knownOf = ({
  meanLuma,
  steepness,
  coverage,
  spread,
  noise,
  cast,
  tintU,
  tintV,
  prominence,
}: Measures): KnownMeasures => ({
  meanLuma,
  steepness,
  coverage,
  spread,
  noise,
  cast,
  tintU,
  tintV,
  prominence,
});
