import { fileURLToPath } from 'node:url';
import type { Detection } from '@pingan/models/contract';
import type { PictureSize } from '@pingan/models/detectors';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { ensureFp32 } from '../../models/detectors/nanodet/build/build.ts';
import { nanodet } from '../../models/detectors/nanodet/index.ts';
import { normalise } from '../../models/detectors/nanodet/preprocess.ts';
import { overlap } from './overlap.ts';

/** One of the two forms of the network, from the same BGRX bytes. */
export type NanodetRun = {
  /** The bytes as this form takes them. */
  input(pixels: Uint8Array, size: PictureSize): Tensor;
  infer(input: Tensor): Promise<InferenceSession.OnnxValueMapType>;
  detections(results: InferenceSession.OnnxValueMapType, size: PictureSize, minScore: number): Detection[];
  close(): Promise<void>;
};

async function open(path: string, input: NanodetRun['input']): Promise<NanodetRun> {
  const session = await InferenceSession.create(path, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  return {
    input,
    infer: (tensor) => session.run({ [nanodet.manifest.input.name]: tensor }),
    detections(results, size, minScore) {
      const tensors = Object.entries(results).flatMap(([name, { data }]) =>
        data instanceof Uint8Array || data instanceof Float32Array ? [[name, data] as const] : [],
      );
      return nanodet.postprocess(Object.fromEntries(tensors), size, { minScore });
    },
    close: () => session.release(),
  };
}

/** The committed network. */
export const openInt8 = (): Promise<NanodetRun> =>
  open(
    fileURLToPath(nanodet.weights),
    (pixels, { width, height }) => new Tensor('uint8', pixels, [1, height, width, 4]),
  );

/** The network it was made from, built into the cache when it is not there. */
export const openFp32 = async (): Promise<NanodetRun> =>
  open(
    await ensureFp32(),
    (pixels, { width, height }) => new Tensor('float32', normalise(pixels), [1, 3, height, width]),
  );

export type Agreement = { reference: number; candidate: number; matched: number; overlapSum: number };

/**
 * Pairs the people of two lists greedily, best first, at an overlap of 0.5. A person counts when its confidence is at
 * least `sure`; its partner may be weaker, so that a score on the threshold is no disagreement.
 */
export function comparePeople(
  reference: readonly Detection[],
  candidate: readonly Detection[],
  sure: number,
): Agreement {
  const people = (list: readonly Detection[]) => list.filter(({ label }) => label === 'person');
  const pair = (from: readonly Detection[], to: readonly Detection[]) => {
    const free = new Set(people(to));
    return people(from)
      .filter(({ confidence }) => confidence >= sure)
      .map(({ box }) => {
        const best = [...free].sort((a, b) => overlap(b.box, box) - overlap(a.box, box))[0];
        const shared = best ? overlap(best.box, box) : 0;
        if (!best || shared < 0.5) return 0;
        free.delete(best);
        return shared;
      });
  };
  const overlaps = [...pair(reference, candidate), ...pair(candidate, reference)];
  const matched = overlaps.filter((shared) => shared > 0);
  const sureOnes = (list: readonly Detection[]) =>
    people(list).filter(({ confidence }) => confidence >= sure).length;
  return {
    reference: sureOnes(reference),
    candidate: sureOnes(candidate),
    matched: matched.length,
    overlapSum: matched.reduce((sum, shared) => sum + shared, 0),
  };
}

/** Sums over pictures: share of sure people of either that the other sees too, and the mean overlap of the pairs. */
export function summarise(agreements: readonly Agreement[]) {
  const total = (key: keyof Agreement) => agreements.reduce((sum, agreement) => sum + agreement[key], 0);
  return {
    peopleReference: total('reference'),
    peopleCandidate: total('candidate'),
    matchRate: total('matched') / (total('reference') + total('candidate')),
    meanOverlap: total('overlapSum') / total('matched'),
  };
}
