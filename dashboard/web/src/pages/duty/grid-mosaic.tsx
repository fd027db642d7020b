import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { indexQuery, recentEventsQuery } from '../../api/queries.ts';
import type { IndexArea } from '../../api/types.ts';
import { gridGroups, withoutSample } from '../../components/area-tree.ts';
import { Chip } from '../../components/chip.tsx';
import { Panel } from '../../components/panel.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { useTexts } from '../../components/use-texts.ts';
import { numberText } from '../../i18n/format.ts';
import { type Cell, HEX_RADIUS, HEX_WIDTH, type HoneycombPlan, honeycomb } from './hexagons.ts';

/** Room for the communities' names below the comb, in the units of the plan. */
const NAME_HEIGHT = 24;

/** Alarms nobody has acknowledged, per grid. */
function useNewAlarms(): ReadonlyMap<string, number> {
  const { data } = useQuery(recentEventsQuery);
  return useMemo(() => {
    const counts = new Map<string, number>();
    for (const { state, area } of data?.items ?? []) {
      if (state === 'new' && area !== null) counts.set(area.code, (counts.get(area.code) ?? 0) + 1);
    }
    return counts;
  }, [data]);
}

type HexProps = {
  area: IndexArea;
  at: Cell;
  plan: HoneycombPlan;
  count: number;
  isSelected: boolean;
  onDrill: (code: string) => void;
};

const share = (part: number, whole: number): string => `${(part / whole) * 100}%`;

function Hex({ area, at, plan, count, isSelected, onDrill }: HexProps) {
  const { t, pick } = useTexts();
  const score = area.score === null ? t('index.insufficient') : numberText(area.score, 0);
  const label = t('mosaic.cell', { area: pick(area.name), score, count });
  const place = {
    left: share(at.x - HEX_WIDTH / 2, plan.width),
    top: share(at.y - HEX_RADIUS, plan.height),
    width: share(HEX_WIDTH, plan.width),
    height: share(2 * HEX_RADIUS, plan.height),
  };
  return (
    <button
      type="button"
      className="hex"
      style={place}
      aria-pressed={isSelected}
      title={label}
      onClick={() => onDrill(area.code)}
    >
      <span className="only-heard">{label}</span>
      <span className="hex-edge" aria-hidden="true">
        <span className="hex-ground">
          <i className="hex-fill" style={area.band === null ? undefined : { background: area.band.colour }} />
        </span>
      </span>
      <b className="hex-score" aria-hidden="true">
        {area.score === null ? '—' : score}
      </b>
      {count > 0 && (
        <b className="hex-alarms" aria-hidden="true">
          {count > 99 ? '99' : count}
        </b>
      )}
    </button>
  );
}

type Props = { code: string | null; onDrill: (code: string) => void };

/** 网格态势: every grid with its index and its open alarms; places are schematic, and it says so. */
export function GridMosaic({ code, onDrill }: Props) {
  const { t, pick } = useTexts();
  const query = useQuery(indexQuery);
  const counts = useNewAlarms();
  const areas = query.data?.areas;
  const groups = useMemo(() => gridGroups(areas ?? []), [areas]);
  const plan = useMemo(() => honeycomb(groups.map(({ grids }) => grids.length)), [groups]);
  const cells = groups.flatMap(({ grids }, group) =>
    grids.flatMap((area, cell) => {
      const at = plan.groups[group]?.cells[cell];
      return at === undefined ? [] : [{ area, at }];
    }),
  );
  return (
    <Panel
      className="mosaic"
      title={t('mosaic.title')}
      extra={<Chip tone="quiet">{t('mosaic.schematic')}</Chip>}
    >
      <QueryNote query={query} isEmpty={groups.length === 0} empty={t('index.empty')}>
        <div className="mosaic-picture">
          <div className="comb" style={{ aspectRatio: `${plan.width} / ${plan.height + NAME_HEIGHT}` }}>
            <div className="comb-cells" style={{ aspectRatio: `${plan.width} / ${plan.height}` }}>
              {cells.map(({ area, at }) => (
                <Hex
                  key={area.code}
                  area={area}
                  at={at}
                  plan={plan}
                  count={counts.get(area.code) ?? 0}
                  isSelected={area.code === code}
                  onDrill={onDrill}
                />
              ))}
            </div>
            {groups.map(({ community }, index) => {
              const group = plan.groups[index];
              if (group === undefined) return null;
              const place = { left: share(group.x, plan.width), width: share(group.width, plan.width) };
              return (
                <span key={community.code} className="comb-name" style={place}>
                  {withoutSample(pick(community.name))}
                </span>
              );
            })}
          </div>
        </div>
      </QueryNote>
    </Panel>
  );
}
