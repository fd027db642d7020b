import type { SensorItem } from '../api/types.ts';
import { numberText } from '../i18n/format.ts';
import type { Tone } from './chip.tsx';
import type { SayTexts } from './use-texts.ts';

/** What a sensor says now, in words, and how grave that is. */
export function sensorValue(t: SayTexts['t'], sensor: SensorItem): { text: string; tone: Tone } {
  if (!sensor.available) return { text: t('sensors.offline'), tone: 'quiet' };
  const { value, kind } = sensor;
  if (value === null) return { text: t('sensors.noReading'), tone: 'quiet' };
  if (value.kind === 'number')
    return { text: `${numberText(value.value)} ${value.unit}`.trim(), tone: 'info' };
  if (!value.active) return { text: t(`sensors.idle.${kind}`), tone: 'good' };
  const isGrave = kind === 'smoke' || kind === 'gas' || kind === 'sos';
  return { text: t(`sensors.active.${kind}`), tone: isGrave ? 'bad' : 'warn' };
}
