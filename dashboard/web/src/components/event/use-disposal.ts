import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { type Disposal, disposeOf } from '../../api/endpoints.ts';
import { ProblemError } from '../../api/problem.ts';
import { putEvent } from '../../api/queries.ts';
import type { EventItem } from '../../api/types.ts';
import { useTexts } from '../use-texts.ts';

export type DisposalInput = { event: Pick<EventItem, 'id'>; disposal: Disposal; note?: string };

/** new → acknowledged → closed, or false alarm; what the server would refuse is not offered. */
export const mayDispose = (event: Pick<EventItem, 'state'>, disposal: Disposal): boolean =>
  event.state === 'new' || (event.state === 'acknowledged' && disposal !== 'acknowledge');

/** Disposes of an event and puts the answer into every list; a conflict reads the latest state. */
export function useDisposal() {
  const client = useQueryClient();
  const { message } = App.useApp();
  const { t, problem } = useTexts();
  return useMutation({
    mutationFn: ({ event, disposal, note }: DisposalInput) => disposeOf(event.id, disposal, note),
    onSuccess: (full, { disposal }) => {
      putEvent(client, full);
      void message.success(t(`alarms.done.${disposal}`));
    },
    onError: (error, { event }) => {
      void message.error(problem(error));
      if (error instanceof ProblemError && error.status === 409) {
        void client.invalidateQueries({ queryKey: ['event', event.id] });
        void client.invalidateQueries({ queryKey: ['events'] });
      }
    },
  });
}
