import { expect, test } from 'vitest';
import type { EventDraft } from '../../../gateway/src/assembly/alarm-book.ts';
import { raiseTestAlarm } from '../../../gateway/src/assembly/test-alarm.ts';
import { anEvent } from '../../support/events.ts';

const camera = { id: 'cam-1', code: '44030600011327000001', name: '北门' };
const clock = { now: () => 1_000_000, monotonic: () => 5 };

function bench(receiptAfterLooks: number) {
  const drafts: EventDraft[] = [];
  let looks = 0;
  const tools = {
    keep: async (draft: EventDraft) => {
      drafts.push(draft);
      return anEvent({ type: draft.type });
    },
    isWaiting: () => {
      looks += 1;
      return looks <= receiptAfterLooks;
    },
    clock,
    sleep: async () => {},
  };
  return { drafts, tools };
}

test('a test alarm is raised and cleared, and says that the centre confirmed it', async () => {
  const { drafts, tools } = bench(3);
  await expect(raiseTestAlarm(camera, tools)).resolves.toMatchObject({ receipted: true });
  expect(drafts).toMatchObject([
    { phase: 'raised', type: 'test-alarm', severity: 4, origin: { kind: 'camera', ...camera } },
    { phase: 'cleared', type: 'test-alarm' },
  ]);
});

test('a test alarm that the centre does not confirm is cleared all the same', async () => {
  const { drafts, tools } = bench(Number.POSITIVE_INFINITY);
  await expect(raiseTestAlarm(camera, tools)).resolves.toMatchObject({ receipted: false });
  expect(drafts.map(({ phase }) => phase)).toEqual(['raised', 'cleared']);
});

test('a second test alarm of a camera at the same time is refused', async () => {
  const { tools } = bench(0);
  await expect(raiseTestAlarm(camera, { ...tools, keep: async () => null })).rejects.toMatchObject({
    kind: 'busy',
  });
});
