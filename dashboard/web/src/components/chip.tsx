import type { ReactNode } from 'react';

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'quiet';

/** A few words in a coloured frame; the words alone say it all. */
export function Chip({ tone, children, title }: { tone: Tone; children: ReactNode; title?: string }) {
  return (
    <span className={`chip chip-${tone}`} {...(title === undefined ? {} : { title })}>
      {children}
    </span>
  );
}
