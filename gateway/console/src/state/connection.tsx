import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { ProblemError } from '../api/problem.ts';

type Connection = {
  /** The gateway did not answer the last question. */
  isLost: boolean;
  onAnswer(): void;
  /** Tells the page of a failure in the background: lost pairing leads back to the code, silence to a notice. */
  onFailure(error: unknown): void;
};

const ConnectionContext = createContext<Connection>({
  isLost: false,
  onAnswer: () => {},
  onFailure: () => {},
});

/** Knows whether the gateway answers; `onUnpaired` is called when it does not know this browser any more. */
export function ConnectionProvider({ children, onUnpaired }: { children: ReactNode; onUnpaired(): void }) {
  const [isLost, setLost] = useState(false);
  const onAnswer = useCallback(() => setLost(false), []);
  const onFailure = useCallback(
    (error: unknown) => {
      if (!(error instanceof ProblemError)) return;
      if (error.code === 'offline') setLost(true);
      if (error.code === 'not-paired') onUnpaired();
    },
    [onUnpaired],
  );
  const connection = useMemo(() => ({ isLost, onAnswer, onFailure }), [isLost, onAnswer, onFailure]);
  return <ConnectionContext value={connection}>{children}</ConnectionContext>;
}

export const useConnection = (): Connection => useContext(ConnectionContext);
