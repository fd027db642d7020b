import { useCallback, useState } from 'react';
import { useConnection } from './connection.tsx';

export type Action<Arguments extends unknown[]> = {
  isRunning: boolean;
  error: unknown;
  run(...given: Arguments): Promise<boolean>;
  clear(): void;
};

/** Something a person asks for: runs once at a time and keeps the failure for the screen. `run` resolves with whether it went well. */
export function useAction<Arguments extends unknown[]>(
  work: (...given: Arguments) => Promise<unknown>,
): Action<Arguments> {
  const { onFailure, onAnswer } = useConnection();
  const [state, setState] = useState<{ isRunning: boolean; error: unknown }>({
    isRunning: false,
    error: null,
  });
  const run = async (...given: Arguments) => {
    if (state.isRunning) return false;
    setState({ isRunning: true, error: null });
    try {
      await work(...given);
      onAnswer();
      setState({ isRunning: false, error: null });
      return true;
    } catch (error) {
      onFailure(error);
      setState({ isRunning: false, error });
      return false;
    }
  };
  const clear = useCallback(() => setState((now) => ({ ...now, error: null })), []);
  return { ...state, run, clear };
}
