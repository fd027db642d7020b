import { CAMERA_FAULTS, FAULT_ADVICE, FINDING_ADVICE, PICTURE_FINDINGS } from '@pingan/models/contract';
import { expect, test } from 'vitest';

const isSaid = ({ zh, en }: { zh: string; en: string }) =>
  zh.length > 3 && en.length > 8 && !/\p{Script=Han}/u.test(en);

test('every fault of a stream has a next step in both languages', () => {
  expect(Object.keys(FAULT_ADVICE).sort()).toEqual(Object.keys(CAMERA_FAULTS).sort());
  expect(Object.values(FAULT_ADVICE).filter((one) => !isSaid(one))).toEqual([]);
});

test('every finding of a picture has a next step in both languages', () => {
  expect(Object.keys(PICTURE_FINDINGS).filter((finding) => FINDING_ADVICE[finding] === undefined)).toEqual(
    [],
  );
  expect(Object.values(FINDING_ADVICE).filter((one) => !isSaid(one))).toEqual([]);
});
