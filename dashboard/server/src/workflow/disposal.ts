import type { Now } from '../base/clock.ts';
import { Problem } from '../base/problem.ts';

/** What an operator does with an alarm. */
export const DISPOSAL_ACTIONS = ['acknowledge', 'false-alarm', 'close'] as const;
export type DisposalAction = (typeof DISPOSAL_ACTIONS)[number];
/** new → acknowledged → closed, or false-alarm from either open state; `closed` and `false-alarm` are ends. */
export type DisposalState = 'new' | 'acknowledged' | 'closed' | 'false-alarm';

const TRANSITIONS: Record<DisposalAction, { from: readonly DisposalState[]; to: DisposalState }> = {
  acknowledge: { from: ['new'], to: 'acknowledged' },
  'false-alarm': { from: ['new', 'acknowledged'], to: 'false-alarm' },
  close: { from: ['acknowledged'], to: 'closed' },
};

/** The state after the action, or null when the state does not allow it. */
export function nextState(state: DisposalState, action: DisposalAction): DisposalState | null {
  const { from, to } = TRANSITIONS[action];
  return from.includes(state) ? to : null;
}

export type DisposalRequest = { alarmId: string; action: DisposalAction; actor: string; note: string };

export type DisposalPorts = {
  /**
   * Locks the alarm, asks `decide` for its next state and, unless that is null, stores state, step and audit entry in
   * one transaction. Returns the state found, or undefined when there is no such alarm.
   */
  transition(
    request: DisposalRequest & { at: Date; decide: (state: DisposalState) => DisposalState | null },
  ): Promise<DisposalState | undefined>;
  /** Called after the commit. */
  onChanged(): void;
  now: Now;
};

export type Disposal = { apply(request: DisposalRequest): Promise<void> };

/** Applies disposals; throws the problems `not-found` and `conflict`. Two operators at once: one wins, one gets the conflict. */
export function createDisposal({ transition, onChanged, now }: DisposalPorts): Disposal {
  return {
    async apply(request) {
      const { action } = request;
      const state = await transition({
        ...request,
        at: new Date(now()),
        decide: (current) => nextState(current, action),
      });
      if (state === undefined) throw new Problem('not-found');
      if (nextState(state, action) === null) {
        throw new Problem('conflict', {
          message: `The event is "${state}" already: "${action}" is not possible.`,
        });
      }
      onChanged();
    },
  };
}
