import { FileExcelOutlined, FilePdfOutlined } from '@ant-design/icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Tooltip } from 'antd';
import {
  approvePublication,
  download,
  exportUrl,
  publicationQuery,
  submitPublication,
} from '../../api/safety-index.ts';
import type { Publication } from '../../api/safety-index-types.ts';
import { Panel } from '../../components/panel.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { useAction } from '../../components/use-action.ts';
import { useTexts } from '../../components/use-texts.ts';
import { timeText } from '../../i18n/format.ts';
import { useMayAnalyse, useSession } from '../../shell/session.tsx';
import { useAreas } from './area-trail.tsx';
import { periodText } from './period.ts';
import { StateChip } from './period-picker.tsx';
import { PublicationText } from './publication-text.tsx';

function Hash({ value }: { value: string }) {
  const { t } = useTexts();
  return (
    <Tooltip title={t('safety.publications.fullHash', { hash: value })}>
      <code className="hash">{value.slice(0, 16)}…</code>
    </Tooltip>
  );
}

/** Where a version comes from and who signed it. */
function Provenance({ publication }: { publication: Publication }) {
  const { t, pick } = useTexts();
  const { framework, publishedAt } = publication;
  const rows = [
    [t('safety.publications.author'), publication.author],
    [t('safety.publications.approver'), publication.approver ?? t('common.none')],
    [t('safety.publications.publishedAt'), publishedAt === null ? t('common.none') : timeText(publishedAt)],
    [t('safety.publications.framework'), `${pick(framework.name)} ${framework.version}`],
    [t('safety.publications.frameworkHash'), <Hash key="framework" value={framework.sha256} />],
    [t('safety.publications.inputs'), <Hash key="inputs" value={publication.inputsSha256} />],
    [t('safety.publications.software'), publication.software],
  ] as const;
  return (
    <dl className="provenance">
      {rows.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Exports({ id }: { id: string }) {
  const { t } = useTexts();
  const { isBusy, run } = useAction();
  const take = (format: 'pdf' | 'xlsx', done: string) =>
    void run(async () => {
      await download(exportUrl(id, format));
      return done;
    });
  return (
    <>
      <Button
        icon={<FilePdfOutlined />}
        disabled={isBusy}
        onClick={() => take('pdf', t('safety.publications.pdf'))}
      >
        {t('safety.publications.pdf')}
      </Button>
      <Button
        icon={<FileExcelOutlined />}
        disabled={isBusy}
        onClick={() => take('xlsx', t('safety.publications.excel'))}
      >
        {t('safety.publications.excel')}
      </Button>
    </>
  );
}

/** Submit a draft, approve what another person submitted. */
function Signing({ publication }: { publication: Publication }) {
  const { t } = useTexts();
  const client = useQueryClient();
  const session = useSession();
  const { isBusy, run } = useAction();
  const { id, state, author } = publication;
  const act = (call: (id: string) => Promise<unknown>, done: string) =>
    void run(async () => {
      await call(id);
      await Promise.all(
        [['publications'], ['publication', id], ['trend']].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      );
      return done;
    });
  if (state === 'draft') {
    return (
      <Button
        type="primary"
        loading={isBusy}
        onClick={() => act(submitPublication, t('safety.publications.submitted'))}
      >
        {t('safety.publications.submit')}
      </Button>
    );
  }
  if (state !== 'submitted') return null;
  const isAuthor = session?.user.username === author;
  return (
    <Alert
      className="signing"
      type="info"
      showIcon
      title={isAuthor ? t('safety.publications.youAreAuthor') : t('safety.publications.secondPerson')}
      action={
        <Button
          type="primary"
          loading={isBusy}
          disabled={isAuthor}
          onClick={() => act(approvePublication, t('safety.publications.approved'))}
        >
          {t('safety.publications.approve')}
        </Button>
      }
    />
  );
}

/** One version of one period. */
export function PublicationDetail({ id }: { id: string }) {
  const { t } = useTexts();
  const { root } = useAreas();
  const mayAnalyse = useMayAnalyse();
  const query = useQuery({
    ...publicationQuery(id, { area: root?.code ?? '' }),
    enabled: root !== undefined,
  });
  const publication = query.data;
  return (
    <Panel
      className="detail"
      title={
        publication === undefined
          ? t('safety.publications.period')
          : `${periodText(publication.period)} · ${t('safety.version', { version: publication.version })}`
      }
      extra={publication !== undefined && <StateChip state={publication.state} />}
    >
      <QueryNote query={query} isEmpty={publication === undefined} empty={t('safety.publications.choose')}>
        {publication !== undefined && (
          <div className="detail-body">
            <div className="detail-tools">
              <Exports id={id} />
              {mayAnalyse && <Signing publication={publication} />}
            </div>
            <Provenance publication={publication} />
            <PublicationText
              publication={publication}
              mayEdit={mayAnalyse && publication.state === 'draft'}
            />
          </div>
        )}
      </QueryNote>
    </Panel>
  );
}
