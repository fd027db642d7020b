import { fill } from '../i18n/fill.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Button } from './controls.tsx';
import { Icon } from './icon.tsx';

export type PagerProps = { page: number; size: number; total: number; onPage(page: number): void };

/** Pages of a long list; nothing where one page holds all. */
export function Pager({ page, size, total, onPage }: PagerProps) {
  const { texts } = useSpeech();
  const pages = Math.max(1, Math.ceil(total / size));
  if (pages === 1) return null;
  return (
    <div className="pager">
      <Button aria-label={texts.common.previousPage} disabled={page === 0} onClick={() => onPage(page - 1)}>
        <Icon name="back" />
      </Button>
      <span aria-live="polite">{fill(texts.common.pageOf, { page: page + 1, of: pages })}</span>
      <Button
        aria-label={texts.common.nextPage}
        disabled={page >= pages - 1}
        onClick={() => onPage(page + 1)}
      >
        <Icon name="next" />
      </Button>
    </div>
  );
}
