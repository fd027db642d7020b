import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useTexts } from './use-texts.ts';

type Props = {
  /** The state of a query; what to show when it has answered is `children`. */
  query: { isPending: boolean; isError: boolean; error: unknown; refetch: () => unknown };
  isEmpty?: boolean;
  empty?: ReactNode;
  children: ReactNode;
};

/** Loading, failed with a remedy, empty, or the thing itself. A failed refresh keeps what is known. */
export function QueryNote({ query, isEmpty = false, empty, children }: Props) {
  const { t, problem } = useTexts();
  if (query.isPending) {
    return (
      <div className="note" role="status">
        <span className="spinner" aria-hidden="true" />
        {t('common.loading')}
      </div>
    );
  }
  if (query.isError && isEmpty) {
    return (
      <div className="note" role="alert">
        <strong>{t('errors.title')}</strong>
        <span>{problem(query.error)}</span>
        <Button size="small" onClick={() => query.refetch()}>
          {t('common.retry')}
        </Button>
      </div>
    );
  }
  if (isEmpty) return <div className="note">{empty}</div>;
  return children;
}
