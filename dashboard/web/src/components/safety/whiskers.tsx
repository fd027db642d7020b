import { useTexts } from '../use-texts.ts';
import { intervalOf, type Ranked } from './ranking-order.ts';

const WIDTH = 160;
const HEIGHT = 18;
const EDGE = 6;

/** A rank and its interval on a scale from 1 to the number of ranked areas. */
export function Whiskers({ area, count, colour }: { area: Ranked; count: number; colour: string }) {
  const { t } = useTexts();
  const [from, to] = intervalOf(area);
  const x = (rank: number) => EDGE + ((WIDTH - 2 * EDGE) * (rank - 1)) / Math.max(1, count - 1);
  const middle = HEIGHT / 2;
  const label = area.rank === null ? t('safety.noRank') : t('safety.rankOf', { rank: area.rank, from, to });
  return (
    <svg className="whiskers" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <title>{label}</title>
      <path className="whiskers-scale" d={`M${EDGE} ${middle}H${WIDTH - EDGE}`} />
      {area.rank !== null && (
        <>
          <path
            className="whiskers-range"
            d={`M${x(from)} ${middle - 5}v10M${x(from)} ${middle}H${x(to)}M${x(to)} ${middle - 5}v10`}
          />
          <circle cx={x(area.rank)} cy={middle} r="4.500" fill={colour} className="whiskers-rank" />
        </>
      )}
    </svg>
  );
}
