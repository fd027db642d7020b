import { VIEW_DIRECTIONS } from '@pingan/models/contract';
import { useSpeech } from '../i18n/language.tsx';

/** Codes of 监视方位 as they lie on a map, north above; the middle is all round. */
const MAP = [8, 4, 6, 2, 9, 1, 7, 3, 5] as const;

export type DirectionPadProps = {
  /** Code 1..9 as text, empty for none. */
  value: string;
  onChange(value: string): void;
};

/** Chooses where a camera looks to on a small compass. */
export function DirectionPad({ value, onChange }: DirectionPadProps) {
  const { texts, language } = useSpeech();
  return (
    <fieldset className="compass">
      <legend>{texts.names.direction}</legend>
      {MAP.map((code) => (
        <label key={code} data-checked={value === String(code)}>
          <input
            type="radio"
            name="direction"
            checked={value === String(code)}
            onChange={() => onChange(String(code))}
          />
          {VIEW_DIRECTIONS[code][language]}
        </label>
      ))}
    </fieldset>
  );
}
