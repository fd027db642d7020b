import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { indexQuery, recentEventsQuery } from '../../api/queries.ts';
import type { IndexArea } from '../../api/types.ts';
import { Chip } from '../../components/chip.tsx';
import { Panel } from '../../components/panel.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { useTexts } from '../../components/use-texts.ts';
import { numberText } from '../../i18n/format.ts';
import { gridGroups } from './area-tree.ts';
import { type Cell, HEX_RADIUS, hexPoints, honeycomb } from './hexagons.ts';

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
  count: number;
  isSelected: boolean;
  onDrill: (code: string) => void;
};

function Hex({ area, at, count, isSelected, onDrill }: HexProps) {
  const { t, pick } = useTexts();
  const score = area.score === null ? t('index.insufficient') : numberText(area.score, 0);
  const label = t('mosaic.cell', { area: pick(area.name), score, count });
  return (
    // biome is right that SVG has no button: the role, the tab stop and both keys are given here.
    <g
      role="button"
      tabIndex={0}
      aria-label={label}
      aria-pressed={isSelected}
      className="hex"
      onClick={() => onDrill(area.code)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        onDrill(area.code);
      }}
    >
      <title>{label}</title>
      <polygon className="hex-edge" points={hexPoints(at, HEX_RADIUS - 1.5)} />
      <polygon
        className="hex-fill"
        points={hexPoints(at, HEX_RADIUS - 3)}
        style={area.band === null ? undefined : { fill: area.band.colour }}
      />
      <text x={at.x} y={at.y + 5} textAnchor="middle" className="hex-score">
        {area.score === null ? '—' : score}
      </text>
      {count > 0 && (
        <g className="hex-alarms">
          <circle cx={at.x + 17} cy={at.y - 16} r="9.500" />
          <text x={at.x + 17} y={at.y - 12} textAnchor="middle">
            {count > 99 ? '99' : count}
          </text>
        </g>
      )}
    </g>
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
  return (
    <Panel
      className="mosaic"
      title={t('mosaic.title')}
      extra={<Chip tone="quiet">{t('mosaic.schematic')}</Chip>}
    >
      <QueryNote query={query} isEmpty={groups.length === 0} empty={t('index.empty')}>
        <svg
          className="mosaic-picture"
          viewBox={`-4 -4 ${plan.width + 8} ${plan.height + 30}`}
          role="group"
          aria-label={t('mosaic.title')}
        >
          {groups.map(({ community, grids }, index) => {
            const group = plan.groups[index];
            if (group === undefined) return null;
            return (
              <g key={community.code}>
                {grids.map((area, cell) => {
                  const at = group.cells[cell];
                  return at === undefined ? null : (
                    <Hex
                      key={area.code}
                      area={area}
                      at={at}
                      count={counts.get(area.code) ?? 0}
                      isSelected={area.code === code}
                      onDrill={onDrill}
                    />
                  );
                })}
                <text
                  x={group.x + group.width / 2}
                  y={plan.height + 18}
                  textAnchor="middle"
                  className="mosaic-name"
                >
                  {pick(community.name)}
                </text>
              </g>
            );
          })}
        </svg>
      </QueryNote>
    </Panel>
  );
}
