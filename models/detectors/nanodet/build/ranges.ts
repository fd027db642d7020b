import { readFile, writeFile } from 'node:fs/promises';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';

/** What calibration saw: lowest and highest value of each tensor, and the pictures (name → sha256) it looked at. */
const CalibrationSchema = Type.Object({
  pictures: Type.Record(Type.String(), Type.String({ pattern: '^[0-9a-f]{64}$' })),
  ranges: Type.Record(Type.String(), Type.Tuple([Type.Number(), Type.Number()])),
});
export type Calibration = Static<typeof CalibrationSchema>;

const file = new URL('./ranges.json', import.meta.url);

/** Reads the committed calibration. */
export const readCalibration = async (): Promise<Calibration> =>
  Value.Parse(CalibrationSchema, JSON.parse(await readFile(file, 'utf8')));

/** One tensor a line, so that a change is readable. */
export async function writeCalibration({ pictures, ranges }: Calibration): Promise<void> {
  const lines = (entries: object) =>
    Object.entries(entries)
      .map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)}`)
      .join(',\n');
  await writeFile(
    file,
    `{\n  "pictures": {\n${lines(pictures)}\n  },\n  "ranges": {\n${lines(ranges)}\n  }\n}\n`,
  );
}

/**
 * Names of tensors whose range differs between two calibrations by more than `tolerance` of the range's width.
 * Other processors add floats in another order, so equality is not to be expected between machines.
 */
export function differingRanges(a: Calibration, b: Calibration, tolerance: number): string[] {
  const names = new Set([...Object.keys(a.ranges), ...Object.keys(b.ranges)]);
  return [...names].filter((name) => {
    const [one, other] = [a.ranges[name], b.ranges[name]];
    if (!one || !other) return true;
    const width = Math.max(one[1] - one[0], Number.EPSILON);
    return Math.abs(one[0] - other[0]) > tolerance * width || Math.abs(one[1] - other[1]) > tolerance * width;
  });
}
