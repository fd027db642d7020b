import { CELLS, emptyMap, followScene, type SceneMap } from './scene.ts';

/** `night` is any picture that is dark or has no colour (infrared mode). */
export type Light = 'day' | 'night';

/** What a camera's picture is like in one light when nothing is wrong. */
export type Known = {
  /** Looks that it is made of. */
  looks: number;
  meanLuma: number;
  steepness: number;
  coverage: number;
  spread: number;
  noise: number;
  cast: number;
  tintU: number;
  tintV: number;
  prominence: number;
  scene: SceneMap;
};

type Scalar = Exclude<keyof Known, 'scene' | 'looks'>;
export type KnownMeasures = Pick<Known, Scalar>;

/** Looks after which a baseline may be judged by. */
const LEARNT_LOOKS = 10;
/** Time constants, seconds: of the measures, and of the place, which must follow shadows and parked cars. */
const MEASURE_SECONDS = 3600;
const SCENE_SECONDS = 240;
const SCALARS: readonly Scalar[] = [
  'meanLuma',
  'steepness',
  'coverage',
  'spread',
  'noise',
  'cast',
  'tintU',
  'tintV',
  'prominence',
];
const LIGHTS: readonly Light[] = ['day', 'night'];

/** The baseline of one camera, learnt from good looks only, one for each light; kept as text across restarts. */
export class Baseline {
  readonly #known = new Map<Light, Known>();
  /** The longest run of equal pictures while the camera was live, seconds. */
  stillSeconds = 0;

  /** What this light is known to look like; null while it is being learnt. */
  of(light: Light): Known | null {
    const known = this.#known.get(light);
    return known && known.looks >= LEARNT_LOOKS ? known : null;
  }

  /** The place in this light, else in the other one: its structure is much the same. */
  scene(light: Light): SceneMap | null {
    return (this.of(light) ?? this.of(light === 'day' ? 'night' : 'day'))?.scene ?? null;
  }

  /** Takes in a good look, `seconds` after the one before. */
  learn(light: Light, measures: KnownMeasures, scene: SceneMap, seconds: number): void {
    const known = this.#known.get(light) ?? this.#begin(light);
    known.looks++;
    const first = 1 / known.looks;
    const share = known.looks <= LEARNT_LOOKS ? first : Math.min(1, seconds / MEASURE_SECONDS);
    for (const name of SCALARS) known[name] += (measures[name] - known[name]) * Math.max(share, 1 / 3600);
    followScene(
      known.scene,
      scene,
      known.looks <= LEARNT_LOOKS ? first : Math.min(1, seconds / SCENE_SECONDS),
    );
  }

  /** Accepts what is seen now as the place, in every light. */
  acceptScene(light: Light, scene: SceneMap): void {
    for (const [each, known] of this.#known)
      if (each === light) followScene(known.scene, scene, 1);
      else this.#known.delete(each);
  }

  /** As text of about 12 kB, for `restore`. */
  save(): string {
    return JSON.stringify({
      version: 2,
      stillSeconds: this.stillSeconds,
      lights: [...this.#known].map(([light, { scene, ...numbers }]) => ({
        light,
        ...numbers,
        cells: pack(scene.cells, 1),
        detail: pack(scene.detail, 4),
      })),
    });
  }

  /** Takes back what `save` gave. Text that is damaged or of another version is forgotten: the camera is learnt anew. */
  restore(text: string): void {
    try {
      const saved: unknown = JSON.parse(text);
      const lights = isObject(saved) && saved['version'] === 2 ? saved['lights'] : null;
      if (isObject(saved) && Number.isFinite(saved['stillSeconds']))
        this.stillSeconds = Number(saved['stillSeconds']);
      for (const each of Array.isArray(lights) ? lights.slice(0, LIGHTS.length) : []) this.#take(each);
    } catch {
      this.#known.clear();
    }
  }

  #take(saved: unknown): void {
    if (!isObject(saved)) return;
    const light = LIGHTS.find((each) => each === saved['light']);
    const cells = unpack(saved['cells'], 1);
    const detail = unpack(saved['detail'], 4);
    const numbers = [...SCALARS, 'looks'].map((name) => saved[name]);
    if (!light || !cells || !detail || !numbers.every((value) => Number.isFinite(value))) return;
    const known = this.#begin(light);
    for (const name of [...SCALARS, 'looks' as const]) known[name] = Number(saved[name]);
    known.scene = { cells, detail };
  }

  #begin(light: Light): Known {
    const known: Known = {
      looks: 0,
      meanLuma: 0,
      steepness: 0,
      coverage: 0,
      spread: 0,
      noise: 0,
      cast: 0,
      tintU: 0,
      tintV: 0,
      prominence: 0,
      scene: emptyMap(),
    };
    this.#known.set(light, known);
    return known;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function pack(values: Float32Array, scale: number): string {
  return Buffer.from(Uint8Array.from(values, (value) => Math.min(255, Math.round(value * scale)))).toString(
    'base64',
  );
}

function unpack(text: unknown, scale: number): Float32Array | null {
  if (typeof text !== 'string' || text.length > 2 * CELLS) return null;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === CELLS ? Float32Array.from(bytes, (value) => value / scale) : null;
}
