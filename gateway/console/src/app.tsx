import { useCallback, useEffect, useState } from 'react';
import type { Progress, Site, Step } from '../../src/console/interface.ts';
import { endpoints } from './api/endpoints.ts';
import { useSpeech } from './i18n/language.tsx';
import { Header } from './parts/header.tsx';
import { StepBar } from './parts/step-bar.tsx';
import { ConnectionProvider, useConnection } from './state/connection.tsx';
import { useVisit, VisitProvider } from './state/progress.tsx';
import { AlarmStep } from './steps/alarm.tsx';
import { CheckStep } from './steps/check.tsx';
import { DiscoverStep } from './steps/discover.tsx';
import { NamesStep } from './steps/names.tsx';
import { PairStep } from './steps/pair.tsx';
import { PasswordsStep } from './steps/passwords.tsx';
import { PicturesStep } from './steps/pictures.tsx';
import { SummaryStep } from './steps/summary.tsx';

const RETRY_MS = 2000;
const SCREENS: Readonly<Record<Step, () => React.JSX.Element>> = {
  check: CheckStep,
  discover: DiscoverStep,
  passwords: PasswordsStep,
  pictures: PicturesStep,
  names: NamesStep,
  alarm: AlarmStep,
  summary: SummaryStep,
};

/** Where this browser stands with the gateway. */
type Standing = { kind: 'asking' } | { kind: 'strange' } | { kind: 'paired'; site: Site };

/** The page: pairs first, then goes on with the visit that the gateway keeps. */
export function App() {
  const [standing, setStanding] = useState<Standing>({ kind: 'asking' });
  const onUnpaired = useCallback(() => setStanding({ kind: 'strange' }), []);
  return (
    <ConnectionProvider onUnpaired={onUnpaired}>
      <Page standing={standing} setStanding={setStanding} />
    </ConnectionProvider>
  );
}

type PageProps = { standing: Standing; setStanding(standing: Standing): void };

function Page({ standing, setStanding }: PageProps) {
  const { isLost, onAnswer, onFailure } = useConnection();
  const { texts } = useSpeech();
  const isAsking = standing.kind === 'asking';
  useEffect(() => {
    if (!isAsking) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const look = async () => {
      try {
        const { paired, site } = await endpoints.session();
        if (isOver) return;
        onAnswer();
        setStanding(paired && site ? { kind: 'paired', site } : { kind: 'strange' });
      } catch (error) {
        onFailure(error);
        if (!isOver) timer = setTimeout(look, RETRY_MS);
      }
    };
    void look();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [isAsking, setStanding, onAnswer, onFailure]);

  return (
    <div className="page">
      <Header
        site={standing.kind === 'paired' ? standing.site : null}
        onUnpair={() => setStanding({ kind: 'strange' })}
      />
      {isLost && (
        <p className="notice notice-failed" role="alert">
          {texts.common.offline}
        </p>
      )}
      {isAsking && (
        <main className="step">
          <p className="quiet">{texts.common.loading}</p>
        </main>
      )}
      {standing.kind === 'strange' && <PairStep onPaired={(site) => setStanding({ kind: 'paired', site })} />}
      {standing.kind === 'paired' && <Visit />}
    </div>
  );
}

function Visit() {
  const { texts } = useSpeech();
  const { onAnswer, onFailure } = useConnection();
  const [progress, setProgress] = useState<Progress | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const look = async () => {
      try {
        const kept = await endpoints.progress();
        if (isOver) return;
        onAnswer();
        setProgress(kept);
      } catch (error) {
        onFailure(error);
        if (!isOver) timer = setTimeout(look, RETRY_MS);
      }
    };
    void look();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [onAnswer, onFailure]);
  if (!progress) {
    return (
      <main className="step">
        <p className="quiet">{texts.common.loading}</p>
      </main>
    );
  }
  return (
    <VisitProvider initial={progress}>
      <StepBar />
      <CurrentStep />
    </VisitProvider>
  );
}

function CurrentStep() {
  const { progress } = useVisit();
  const Screen = SCREENS[progress.step];
  return <Screen key={progress.step} />;
}
