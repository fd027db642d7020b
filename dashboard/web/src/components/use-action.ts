import { App } from 'antd';
import { useCallback, useState } from 'react';
import { useSayings } from './use-sayings.ts';

/** Runs an action; says what it did (`null`: the screen shows it), or why not and what to do about it. */
export function useAction(): {
  isBusy: boolean;
  run: (act: () => Promise<string | null>) => Promise<boolean>;
} {
  const { message } = App.useApp();
  const say = useSayings();
  const [isBusy, setBusy] = useState(false);
  const run = useCallback(
    async (act: () => Promise<string | null>) => {
      setBusy(true);
      try {
        const done = await act();
        if (done !== null) message.success(done);
        return true;
      } catch (error) {
        message.error(say(error), 8);
        return false;
      } finally {
        setBusy(false);
      }
    },
    [message, say],
  );
  return { isBusy, run };
}
