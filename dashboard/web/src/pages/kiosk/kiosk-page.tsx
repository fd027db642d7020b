import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { areasQuery, publicationQuery, publicationsQuery } from '../../api/safety-index.ts';
import type { PublicationHead } from '../../api/safety-index-types.ts';
import { rootsOf } from '../../components/area-tree.ts';
import { QueryNote } from '../../components/query-note.tsx';
import { useNow } from '../../components/use-now.ts';
import { useTexts } from '../../components/use-texts.ts';
import { clockText, dayText } from '../../i18n/format.ts';
import { Brand } from '../../shell/brand.tsx';
import { useSessionGuard } from '../../shell/session.tsx';
import { KioskArea } from './kiosk-area.tsx';
import { stopAt, tour } from './rotation.ts';
import './kiosk.css';

const STOP_MS = 15_000;
const REFRESH_MS = 60_000;
const LOOKED_AT = 100;

/** The newest published period; while nothing is published, the newest provisional one. */
function useNewest() {
  const query = useQuery({ ...publicationsQuery(null, LOOKED_AT, null), refetchInterval: REFRESH_MS });
  const heads = query.data?.items ?? [];
  const head = heads.find(({ state }) => state === 'published') ?? heads[0] ?? null;
  return { query, head };
}

/** Steps on by itself; a wall has no keys. */
function useSteps(everyMs: number): number {
  const [step, setStep] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setStep((one) => one + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return step;
}

function Tour({ head }: { head: PublicationHead }) {
  const { t } = useTexts();
  const known = useQuery(areasQuery).data?.items ?? [];
  const areas = known.map((area) => ({ ...area, score: null }));
  const [root] = rootsOf(areas);
  const stops = root === undefined ? [] : tour(areas, root);
  const step = useSteps(STOP_MS);
  const stop = stopAt(stops, step);
  const query = useQuery({
    ...publicationQuery(head.id, { area: stop?.code ?? '' }),
    enabled: stop !== undefined,
  });
  const area = query.data?.areas.find(({ code }) => code === stop?.code);
  const below = query.data?.areas.filter(({ parent }) => parent === stop?.code) ?? [];
  return (
    <QueryNote query={query} isEmpty={area === undefined} empty={t('kiosk.waiting')}>
      {area !== undefined && (
        <KioskArea
          head={head}
          area={area}
          below={below}
          position={t('kiosk.rotation', { position: (step % stops.length) + 1, count: stops.length })}
        />
      )}
    </QueryNote>
  );
}

function WallClock() {
  const { language } = useTexts();
  const now = new Date(useNow(1000));
  return (
    <div className="kiosk-clock">
      <time dateTime={now.toISOString()}>{clockText(now)}</time>
      <span>{dayText(now, language)}</span>
    </div>
  );
}

/** 大屏: the index on a wall, area after area, without anything to press. */
export function KioskPage() {
  const { t } = useTexts();
  const { query, head } = useNewest();
  useSessionGuard();
  return (
    <div className="kiosk">
      <header className="kiosk-head">
        <Brand />
        <h1>{t('kiosk.title')}</h1>
        <WallClock />
      </header>
      <main className="kiosk-main" id="main">
        <QueryNote query={query} isEmpty={head === null} empty={t('kiosk.waiting')}>
          {head !== null && <Tour head={head} />}
        </QueryNote>
      </main>
    </div>
  );
}
