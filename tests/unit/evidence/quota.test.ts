import { describe, expect, test } from 'vitest';
import { beyondQuota, bySacrifice, type StoredFile } from '../../../gateway/src/evidence/quota.ts';

const file = (
  evidenceId: string,
  kind: StoredFile['kind'],
  overrides: Partial<StoredFile> = {},
): StoredFile => ({
  evidenceId,
  name: kind === 'clip' ? 'clip.mp4' : `${evidenceId}.jpg`,
  kind,
  bytes: 10,
  createdAtMs: Number(evidenceId),
  uploaded: false,
  ...overrides,
});
const QUOTA = { clipBytes: 25, snapshotBytes: 15, totalBytes: 1000, reserveBytes: 0 };
const names = (files: readonly StoredFile[]) => files.map(({ evidenceId, kind }) => `${kind} ${evidenceId}`);

describe('the quota of evidence', () => {
  test('takes what the centre has first, and of that and of the rest the oldest', () => {
    const files = [
      file('3', 'clip'),
      file('4', 'clip', { uploaded: true }),
      file('1', 'clip'),
      file('2', 'clip', { uploaded: true }),
    ];
    expect(names(bySacrifice(files))).toEqual(['clip 2', 'clip 4', 'clip 1', 'clip 3']);
  });

  test('holds for each class by itself: many clips cost no snapshot', () => {
    const files = ['1', '2', '3', '4'].flatMap((id) => [
      file(id, 'clip'),
      file(id, 'snapshot', { bytes: 3 }),
    ]);
    expect(names(beyondQuota(files, QUOTA))).toEqual(['clip 1', 'clip 2']);
  });

  test('holds for all together', () => {
    const files = [file('1', 'snapshot'), file('2', 'clip'), file('3', 'clip')];
    expect(names(beyondQuota(files, { ...QUOTA, totalBytes: 20 }))).toEqual(['snapshot 1']);
  });

  test('takes nothing while everything fits, and everything when nothing may stay', () => {
    const files = [file('1', 'clip'), file('2', 'snapshot')];
    expect(beyondQuota(files, QUOTA)).toEqual([]);
    expect(beyondQuota(files, { ...QUOTA, clipBytes: 0, snapshotBytes: 0 })).toHaveLength(2);
  });
});
