import { useCallback, useEffect, useRef, useState } from 'react';
import { ask } from '../api/client.ts';
import { useConnection } from './connection.tsx';

export type Polled<T> = {
  value: T | null;
  /** Asks now instead of after the pause. */
  refresh(): void;
  /** Puts in an answer that another call brought. */
  put(value: T): void;
};

/**
 * Asks a path again and again, with a pause after each answer; a page that nobody sees asks nothing, and an answer
 * that did not change comes as a header alone.
 */
export function usePoll<T>(path: string, pauseMs: number): Polled<T> {
  const { onFailure, onAnswer } = useConnection();
  const [value, setValue] = useState<{ path: string; value: T } | null>(null);
  const askNow = useRef(() => {});

  useEffect(() => {
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let etag: string | null = null;
    const look = async () => {
      clearTimeout(timer);
      try {
        const response = await ask('GET', path, { signal: gone.signal, etag });
        onAnswer();
        if (response.status !== 304) {
          const answer: T = await response.json();
          etag = response.headers.get('etag');
          setValue({ path, value: answer });
        }
      } catch (error) {
        if (!gone.signal.aborted) onFailure(error);
      }
      if (!gone.signal.aborted) timer = setTimeout(tick, pauseMs);
    };
    const tick = () => {
      if (document.hidden) timer = setTimeout(tick, pauseMs);
      else void look();
    };
    askNow.current = () => void look();
    const onVisible = () => {
      if (!document.hidden) void look();
    };
    document.addEventListener('visibilitychange', onVisible);
    void look();
    return () => {
      gone.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [path, pauseMs, onAnswer, onFailure]);

  const refresh = useCallback(() => askNow.current(), []);
  const put = useCallback((answer: T) => setValue({ path, value: answer }), [path]);
  return { value: value?.path === path ? value.value : null, refresh, put };
}
