import { useTranslation } from 'react-i18next';
import type { Severity } from '../api/types.ts';

/** Colour, shape and number say the same thing three times: nobody has to tell colours apart. */
const SHAPES: Record<Severity, { path: string; textY: number }> = {
  1: { path: 'M14 1.500 27 25.500H1z', textY: 21.5 },
  2: { path: 'M14 0.500 27.500 14 14 27.500 0.500 14z', textY: 18.5 },
  3: { path: 'M3 3h22v22H3z', textY: 18.7 },
  4: { path: 'M14 2a12 12 0 1 1 0 24 12 12 0 0 1 0-24z', textY: 18.5 },
};

/** 1 highest … 4 lowest; anything else is shown as the lowest. */
export const severityOf = (value: number): Severity =>
  value === 1 || value === 2 || value === 3 ? value : 4;

export function SeverityMark({ severity, size = 26 }: { severity: number; size?: number }) {
  const { t } = useTranslation();
  const level = severityOf(severity);
  const { path, textY } = SHAPES[level];
  return (
    <svg
      className={`severity severity-${level}`}
      width={size}
      height={size}
      viewBox="0 0 28 28"
      role="img"
      aria-label={`${t('severity.label', { level })} ${t(`severity.level${level}`)}`}
    >
      <path d={path} />
      <text x="14" y={textY} textAnchor="middle">
        {level}
      </text>
    </svg>
  );
}
