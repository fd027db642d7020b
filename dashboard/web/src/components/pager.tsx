import { Button } from 'antd';
import { useState } from 'react';
import { useTexts } from './use-texts.ts';

export type Pages = {
  cursor: string | null;
  /** From 1. */
  number: number;
  forward: (next: string) => void;
  back: () => void;
  restart: () => void;
};

/** Where somebody is in a list that the server gives page by page. */
export function usePages(): Pages {
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  return {
    cursor: cursors.at(-1) ?? null,
    number: cursors.length,
    forward: (next) => setCursors([...cursors, next]),
    back: () => setCursors(cursors.length > 1 ? cursors.slice(0, -1) : cursors),
    restart: () => setCursors([null]),
  };
}

/** Previous and next below a list; nothing where one page is all. */
export function Pager({ pages, next }: { pages: Pages; next: string | null }) {
  const { t } = useTexts();
  if (pages.number === 1 && next === null) return null;
  return (
    <div className="page-more">
      <Button size="small" disabled={pages.number === 1} onClick={pages.back}>
        {t('common.previous')}
      </Button>
      <span>{t('common.page', { page: pages.number })}</span>
      <Button size="small" disabled={next === null} onClick={() => next !== null && pages.forward(next)}>
        {t('common.next')}
      </Button>
    </div>
  );
}
