import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PictureFinding } from '@pingan/models/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFECT } from '../../eval/health/defects.ts';
import { runJob } from '../../eval/health/job.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pingan-clip-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('findings of encoded footage, decoded by the gateway', () => {
  test.each<PictureFinding>([
    'blurred',
    'frozen',
    'shaking',
    'scene-moved',
  ])('%s begins and is said while it lasts', async (finding) => {
    const { intervals } = await runJob({
      kind: 'defect',
      folder,
      scene: 'street-left',
      finding,
      level: 'strong',
    });
    expect(intervals.map((each) => each.finding)).toEqual([finding]);
    expect(intervals[0]?.startSeconds).toBeGreaterThan(DEFECT.from - 3);
    expect(intervals[0]?.confirmedSeconds).toBeLessThan(DEFECT.to);
  });

  test('a street at dusk with a lamp that goes on and off has none', async () => {
    const { intervals } = await runJob({
      kind: 'clean',
      folder,
      scene: 'street-left',
      condition: 'lights',
      minutes: 4,
    });
    expect(intervals).toEqual([]);
  });
});
