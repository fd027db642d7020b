import { useQuery } from '@tanstack/react-query';
import { areasQuery } from '../../api/safety-index.ts';
import type { Area } from '../../api/safety-index-types.ts';
import { pathTo, rootsOf, withoutSample } from '../../components/area-tree.ts';
import { Chip } from '../../components/chip.tsx';
import { useTexts } from '../../components/use-texts.ts';

type Known = { areas: Area[]; root: Area | undefined };

/** Every area there is, and the outermost. */
export function useAreas(): Known {
  const areas = useQuery(areasQuery).data?.items ?? [];
  return { areas, root: rootsOf(areas.map((area) => ({ ...area, score: null })))[0] };
}

/** The way from the outermost area to this one; each step leads there. */
export function AreaTrail({ code, onSelect }: { code: string; onSelect: (code: string) => void }) {
  const { t, pick } = useTexts();
  const { areas } = useAreas();
  const path = pathTo(
    areas.map((area) => ({ ...area, score: null })),
    code,
  );
  const isSample = path.at(-1)?.sample === true;
  return (
    <nav className="trail" aria-label={t('index.path')}>
      {path.map((area) => (
        <button
          key={area.code}
          type="button"
          className="link"
          aria-current={area.code === code ? 'location' : undefined}
          onClick={() => onSelect(area.code)}
        >
          {withoutSample(pick(area.name))}
        </button>
      ))}
      {isSample && (
        <Chip tone="warn" title={t('common.sampleHint')}>
          {t('common.sample')}
        </Chip>
      )}
    </nav>
  );
}
