import { describe, expect, test } from 'vitest';
import {
  createDisposal,
  DISPOSAL_ACTIONS,
  type DisposalState,
  nextState,
} from '../../../dashboard/server/src/workflow/disposal.ts';

const STATES: DisposalState[] = ['new', 'acknowledged', 'closed', 'false-alarm'];

describe('disposal', () => {
  test('allows exactly four transitions', () => {
    const allowed = STATES.flatMap((state) =>
      DISPOSAL_ACTIONS.flatMap((action) => {
        const to = nextState(state, action);
        return to === null ? [] : [`${state} -${action}-> ${to}`];
      }),
    );
    expect(allowed).toEqual([
      'new -acknowledge-> acknowledged',
      'new -false-alarm-> false-alarm',
      'acknowledged -false-alarm-> false-alarm',
      'acknowledged -close-> closed',
    ]);
  });

  const request = { alarmId: 'x', action: 'close' as const, actor: 'a', note: '' };
  const disposalOf = (found: DisposalState | undefined) => {
    const changed: string[] = [];
    const disposal = createDisposal({
      transition: async () => found,
      onChanged: () => changed.push('told'),
      now: () => 0,
    });
    return { disposal, changed };
  };

  test('tells of a change after it, and of a refusal nothing', async () => {
    const done = disposalOf('acknowledged');
    await done.disposal.apply(request);
    expect(done.changed).toEqual(['told']);
    const refused = disposalOf('closed');
    await expect(refused.disposal.apply(request)).rejects.toMatchObject({ code: 'conflict', status: 409 });
    await expect(disposalOf(undefined).disposal.apply(request)).rejects.toMatchObject({ code: 'not-found' });
    expect(refused.changed).toEqual([]);
  });
});
