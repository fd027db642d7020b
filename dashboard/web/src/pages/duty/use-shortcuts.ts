import { useEffect, useRef, useState } from 'react';

const KEY = 'pingan.shortcuts';
export type Shortcuts = Partial<Record<string, () => void>>;

/** Radio buttons and check boxes take no letters: after a click on a filter the keys go on working. */
const TYPED_INTO =
  'input:not([type="radio"], [type="checkbox"]), textarea, select, [role="combobox"], [role="listbox"]';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.closest(TYPED_INTO) !== null);

/** Whether single keys act; people who speak or dictate can switch them off (WCAG 2.1.4). */
export function useShortcutSwitch(): [boolean, (isOn: boolean) => void] {
  const [isOn, setOn] = useState(() => localStorage.getItem(KEY) !== 'off');
  const change = (next: boolean) => {
    localStorage.setItem(KEY, next ? 'on' : 'off');
    setOn(next);
  };
  return [isOn, change];
}

/** Single keys without modifiers, outside of fields. */
export function useShortcuts(shortcuts: Shortcuts, isOn: boolean): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    if (!isOn) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || isTyping(event.target)) return;
      const act = latest.current[event.key.toLowerCase()];
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [isOn]);
}
