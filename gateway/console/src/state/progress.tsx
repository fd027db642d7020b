import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { Progress, ProgressPatch, Step } from '../../../src/console/interface.ts';
import { endpoints } from '../api/endpoints.ts';
import { ProblemError } from '../api/problem.ts';
import { useConnection } from './connection.tsx';
import { PatchQueue } from './patch-queue.ts';

export type SaveState = 'saved' | 'saving' | 'failed';

type Visit = {
  progress: Progress;
  saving: SaveState;
  /** Changes at once on the screen, a moment later on the gateway. */
  change(patch: ProgressPatch): void;
  /** Takes what the gateway says; drafts that still wait to be sent stay. */
  take(progress: Progress): void;
  /** Takes a new visit whole: nothing of the old one stays. */
  begin(progress: Progress): void;
  goTo(step: Step, done?: Step): void;
};

const VisitContext = createContext<Visit | null>(null);
const PAUSE_MS = 400;
const RETRY_MS = 3000;

function applied(progress: Progress, patch: ProgressPatch): Progress {
  const { step, done, remark, finished, pictures, drafts } = patch;
  const now = new Date().toISOString();
  const texts = new Map(progress.drafts.map((draft) => [draft.key, draft.text]));
  for (const { key, text } of drafts ?? []) {
    if (text === null) texts.delete(key);
    else texts.set(key, text);
  }
  const verdicts = new Map(progress.pictures.map((picture) => [picture.cameraId, picture]));
  for (const picture of pictures ?? []) verdicts.set(picture.cameraId, { ...picture, at: now });
  return {
    ...progress,
    step: step ?? progress.step,
    done: done ?? progress.done,
    remark: remark ?? progress.remark,
    finishedAt: finished === undefined ? progress.finishedAt : finished ? now : null,
    pictures: [...verdicts.values()],
    drafts: [...texts].map(([key, text]) => ({ key, text })),
  };
}

/** Holds the visit that the gateway keeps, and sends every change there. */
export function VisitProvider({ initial, children }: { initial: Progress; children: ReactNode }) {
  const { onFailure, onAnswer } = useConnection();
  const [progress, setProgress] = useState(initial);
  const [saving, setSaving] = useState<SaveState>('saved');
  const failure = useRef(onFailure);
  failure.current = onFailure;
  const answer = useRef(onAnswer);
  answer.current = onAnswer;
  const [queue] = useState(
    () =>
      new PatchQueue({
        send: async (patch, isLast) => {
          await endpoints.changeProgress(patch, isLast);
          answer.current();
        },
        onState: setSaving,
        onError: (error) => failure.current(error),
        isPassing: (error) => error instanceof ProblemError && ['offline', 'not-paired'].includes(error.code),
        pauseMs: PAUSE_MS,
        retryMs: RETRY_MS,
      }),
  );
  useEffect(() => {
    const onLeave = () => queue.flush(true);
    const onHidden = () => {
      if (document.hidden) onLeave();
    };
    document.addEventListener('visibilitychange', onHidden);
    window.addEventListener('pagehide', onLeave);
    return () => {
      document.removeEventListener('visibilitychange', onHidden);
      window.removeEventListener('pagehide', onLeave);
      onLeave();
    };
  }, [queue]);

  const change = useCallback(
    (patch: ProgressPatch) => {
      setProgress((now) => applied(now, patch));
      queue.add(patch);
      if (patch.pictures || patch.step || patch.finished !== undefined) queue.flush();
    },
    [queue],
  );
  const take = useCallback(
    (kept: Progress) => setProgress((now) => ({ ...kept, drafts: now.drafts, remark: now.remark })),
    [],
  );
  const goTo = useCallback(
    (step: Step, done?: Step) =>
      change({
        step,
        ...(done === undefined ? {} : { done: [...new Set([...progress.done, done])] }),
      }),
    [change, progress.done],
  );
  const visit = useMemo(
    () => ({ progress, saving, change, take, begin: setProgress, goTo }),
    [progress, saving, change, take, goTo],
  );
  return <VisitContext value={visit}>{children}</VisitContext>;
}

/** Throws outside of a VisitProvider. */
export function useVisit(): Visit {
  const visit = useContext(VisitContext);
  if (!visit) throw new Error('useVisit needs a VisitProvider');
  return visit;
}

export type Draft = { text: string; set(text: string): void; forget(): void };

/** A text field whose content is kept on the gateway while it is typed. Not for passwords. */
export function useDraft(key: string, initial = ''): Draft {
  const { progress, change } = useVisit();
  const kept = progress.drafts.find((draft) => draft.key === key)?.text;
  return {
    text: kept ?? initial,
    set: (text) => change({ drafts: [{ key, text }] }),
    forget: () => change({ drafts: [{ key, text: null }] }),
  };
}
