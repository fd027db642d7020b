import type { AreaResult } from '../../api/safety-index-types.ts';
import { withoutSample } from '../../components/area-tree.ts';
import { scrollRegion } from '../../components/scroll-region.ts';
import { useTexts } from '../../components/use-texts.ts';
import { numberText } from '../../i18n/format.ts';
import { combPlan, RADIUS, WIDTH } from './comb-plan.ts';

const ASPECT = 1.9;
/** A comb of few cells would fill the panel with giants. */
const LARGEST_PX = 112;

type Props = { areas: readonly AreaResult[]; onSelect: (code: string) => void };

const share = (part: number, whole: number): string => `${(part / whole) * 100}%`;

/** Areas as a honeycomb in the colours of their bands; places are schematic. */
export function AreaComb({ areas, onSelect }: Props) {
  const { t, pick } = useTexts();
  const plan = combPlan(areas.length, ASPECT);
  const largest = (plan.width / WIDTH) * LARGEST_PX;
  return (
    <div className="area-comb" {...scrollRegion}>
      <div
        className="area-comb-cells"
        style={{ aspectRatio: `${plan.width} / ${plan.height}`, maxWidth: `${largest}px` }}
      >
        {areas.map((area, index) => {
          const at = plan.cells[index];
          if (at === undefined) return null;
          const score = area.score === null ? t('safety.insufficient') : numberText(area.score);
          const name = withoutSample(pick(area.name));
          const place = {
            left: share(at.x - WIDTH / 2, plan.width),
            top: share(at.y - RADIUS, plan.height),
            width: share(WIDTH, plan.width),
            height: share(2 * RADIUS, plan.height),
          };
          return (
            <button
              key={area.code}
              type="button"
              className={`cell ${area.score === null ? 'cell-none' : ''}`}
              style={place}
              title={t('safety.mapCell', { area: pick(area.name), score })}
              onClick={() => onSelect(area.code)}
            >
              <span className="cell-edge" aria-hidden="true">
                <i style={area.band === null ? undefined : { background: area.band.colour }} />
              </span>
              <span className="cell-name">{name}</span>
              <b>{score}</b>
            </button>
          );
        })}
      </div>
    </div>
  );
}
