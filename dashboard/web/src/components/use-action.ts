import { App } from 'antd';
import { useCallback, useState } from 'react';
import { useSayings } from './use-sayings.ts';

/** Runs one action at a time; says what it did, or why not and what to do about it. */
export function useAction(): { isBusy: boolean; run: (act: () => Promise<string>) => Promise<boolean> } {
  const { message } = App.useApp();
  const say = useSayings();
  const [isBusy, setBusy] = useState(false);
  const run = useCallback(
    async (act: () => Promise<string>) => {
      setBusy(true);
      try {
        message.success(await act());
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
