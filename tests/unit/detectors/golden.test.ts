import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { detectorModels } from '@pingan/models/detectors';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { nanodet } from '../../../models/detectors/nanodet/index.ts';
import { overlap } from '../../support/overlap.ts';

const file = (name: string) => new URL(`./golden/${name}`, import.meta.url);
const GoldenSchema = Type.Array(
  Type.Object({
    label: Type.String(),
    confidence: Type.Number(),
    box: Type.Tuple([Type.Number(), Type.Number(), Type.Number(), Type.Number()]),
  }),
);

test('the committed network finds in the golden picture what it found when it was made', async () => {
  const golden = Value.Parse(GoldenSchema, JSON.parse(await readFile(file('detections.json'), 'utf8')));
  const { data, info } = await sharp(fileURLToPath(file('street.jpg')))
    .raw()
    .toBuffer({ resolveWithObject: true });
  const size = { width: info.width, height: info.height };
  const session = await InferenceSession.create(fileURLToPath(nanodet.weights), { intraOpNumThreads: 1 });
  const pixels = nanodet.preprocess.rgb24({ ...size, data });
  const results = await session.run({ input: new Tensor('uint8', pixels, [1, size.height, size.width, 4]) });
  await session.release();
  const tensors = Object.entries(results).flatMap(([name, tensor]) =>
    tensor.data instanceof Uint8Array ? [[name, tensor.data] as const] : [],
  );
  const found = nanodet.postprocess(Object.fromEntries(tensors), size, { minScore: 0.4 });
  for (const expected of golden) {
    const match = found.find(
      ({ label, box }) => label === expected.label && overlap(box, expected.box) > 0.9,
    );
    expect(match?.confidence, `${expected.label} at ${expected.box}`).toBeCloseTo(expected.confidence, 1);
  }
  const people = (list: readonly { label: string; confidence: number }[]) =>
    list.filter(({ label, confidence }) => label === 'person' && confidence >= 0.55).length;
  expect(people(found)).toBe(people(golden));
});

test('the registry knows each model by its manifest’s name', () => {
  for (const [name, model] of detectorModels) expect(model.manifest.name).toBe(name);
  expect(detectorModels.get('constructor')).toBeUndefined();
});
