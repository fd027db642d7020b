import { QueryNote } from '../../components/query-note.tsx';
import { useTexts } from '../../components/use-texts.ts';
import type { UseSelection } from './use-selection.ts';

/** In the place of a page's content while there is no period to look at. */
export function NoPeriods({ query }: { query: UseSelection['query'] }) {
  const { t } = useTexts();
  return (
    <div className="empty">
      <QueryNote
        query={query}
        isEmpty={true}
        empty={
          <>
            <strong>{t('safety.none')}</strong>
            <span>{t('safety.noneHint')}</span>
          </>
        }
      >
        {null}
      </QueryNote>
    </div>
  );
}
