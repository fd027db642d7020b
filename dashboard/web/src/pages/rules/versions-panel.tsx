import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { type Configuration, restoreRules, versionsQuery } from '../../api/rules.ts';
import { Panel } from '../../components/panel.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { useAction } from '../../components/use-action.ts';
import { useTexts } from '../../components/use-texts.ts';
import { timeText } from '../../i18n/format.ts';

type Props = {
  gatewayId: string;
  current: number;
  onRestored: (configuration: Configuration) => void;
  isReadOnly: boolean;
};

/** Every version of the rules, who sent it and when, and the way back to it. */
export function VersionsPanel({ gatewayId, current, onRestored, isReadOnly }: Props) {
  const { t } = useTexts();
  const client = useQueryClient();
  const { isBusy, run } = useAction();
  const query = useQuery(versionsQuery(gatewayId));
  const items = query.data?.items ?? [];
  const restore = (version: number) =>
    run(async () => {
      const configuration = await restoreRules(gatewayId, version);
      onRestored(configuration);
      await client.invalidateQueries({ queryKey: versionsQuery(gatewayId).queryKey });
      return t('rules.restored', { version, now: configuration.desired?.version ?? 0 });
    });
  return (
    <Panel title={t('rules.versions')}>
      <QueryNote query={query} isEmpty={items.length === 0} empty={t('rules.versionsNone')}>
        <ol className="versions">
          {items.map(({ version, actor, at, rules, restoredFrom }) => (
            <li key={version}>
              <b className="figure">{t('rules.version', { version })}</b>
              <span>{t('rules.versionFacts', { count: rules, actor, time: timeText(at) })}</span>
              {restoredFrom !== null && (
                <span className="quiet">{t('rules.restoredFrom', { version: restoredFrom })}</span>
              )}
              {version !== current && !isReadOnly && (
                <Popconfirm title={t('rules.restoreAsk', { version })} onConfirm={() => restore(version)}>
                  <Button size="small" loading={isBusy} data-testid={`restore-${version}`}>
                    {t('rules.restore', { version })}
                  </Button>
                </Popconfirm>
              )}
            </li>
          ))}
        </ol>
      </QueryNote>
    </Panel>
  );
}
