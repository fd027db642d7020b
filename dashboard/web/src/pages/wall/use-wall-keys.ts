import { useEffect, useRef } from 'react';

/** Where letters are typed they are letters; arrows and Enter belong to a list that is open. */
const TYPED_INTO =
  'input:not([type="radio"], [type="checkbox"]), textarea, select, [role="combobox"], [role="listbox"], [role="dialog"]';
/** Enter and arrows already mean something there. */
const ACTS_ITSELF = 'a, button, [role="radiogroup"], [role="radio"], input[type="radio"]';
const PLAIN_KEYS = /^(Enter|Arrow\w+)$/;

/** Single keys of the wall, outside of fields; Enter and arrows only where no control has the focus. */
export function useWallKeys(keys: Readonly<Record<string, () => void>>, isOn: boolean): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    if (!isOn) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const { target, key } = event;
      if (target instanceof HTMLElement && target.closest(TYPED_INTO) !== null) return;
      const isControl = target instanceof HTMLElement && target.closest(ACTS_ITSELF) !== null;
      if (isControl && PLAIN_KEYS.test(key)) return;
      const act = latest.current[key.length === 1 ? key.toLowerCase() : key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [isOn]);
}
