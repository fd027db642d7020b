import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { type RuleFigures, type TrialItem, trialsQuery } from '../../api/rules.ts';
import { Chip } from '../../components/chip.tsx';
import { VerdictForm } from '../../components/event/verdict-form.tsx';
import { Panel } from '../../components/panel.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { useTexts } from '../../components/use-texts.ts';
import { timeText } from '../../i18n/format.ts';

type Days = RuleFigures['trials'];

function DayBars({ days }: { days: Days }) {
  const { t } = useTexts();
  const most = Math.max(1, ...days.map(({ alarms }) => alarms));
  return (
    <ul className="trial-days">
      {days.map(({ day, alarms }) => (
        <li key={day} title={t('rules.trialsPerDay', { day, count: alarms })}>
          <span className="trial-bar" style={{ height: `${(alarms / most) * 100}%` }} aria-hidden="true" />
          <span>{alarms}</span>
          <small>{day.slice(5)}</small>
        </li>
      ))}
    </ul>
  );
}

function Trial({ item }: { item: TrialItem }) {
  const { t, pick } = useTexts();
  const name = pick(item.typeName);
  return (
    <li className="trial">
      {item.snapshotUrl === null ? (
        <span className="trial-picture note">{t('alarms.noSnapshot')}</span>
      ) : (
        <img
          className="trial-picture"
          src={item.snapshotUrl}
          alt={t('alarms.snapshotOf', { type: name })}
          loading="lazy"
        />
      )}
      <b>{name}</b>
      <span className="quiet">
        {item.cameraName} · {item.ruleId}
      </span>
      <time dateTime={item.occurredAt}>{timeText(item.occurredAt)}</time>
      {item.verdict !== null && (
        <Chip tone={item.verdict ? 'good' : 'warn'}>
          {t(item.verdict ? 'verdict.true' : 'verdict.false')}
        </Chip>
      )}
      <VerdictForm alarmId={item.id} isCompact />
    </li>
  );
}

/** What rules on trial would have raised: counts per day, then each with its picture and a verdict. */
export function TrialsPanel({ gatewayId, days }: { gatewayId: string; days: Days }) {
  const { t } = useTexts();
  const query = useInfiniteQuery(trialsQuery(gatewayId));
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const groups = [...Map.groupBy(days, ({ ruleId, cameraId }) => `${ruleId} ${cameraId}`).values()];
  const sum = (group: Days, key: 'alarms' | 'confirmed' | 'refuted') =>
    group.reduce((total, day) => total + day[key], 0);
  return (
    <Panel title={t('rules.trials')} extra={<span className="quiet">{t('rules.trialsHint')}</span>}>
      <QueryNote query={query} isEmpty={items.length === 0} empty={t('rules.trialsNone')}>
        {groups.map((group) => {
          const [first] = group;
          if (first === undefined) return null;
          return (
            <div key={`${first.ruleId} ${first.cameraId}`} className="trial-group">
              <p>
                {t('rules.trialsTotal', {
                  rule: first.ruleId,
                  camera: first.cameraId,
                  count: sum(group, 'alarms'),
                  confirmed: sum(group, 'confirmed'),
                  refuted: sum(group, 'refuted'),
                })}
              </p>
              <DayBars days={group} />
            </div>
          );
        })}
        <ul className="trials">
          {items.map((item) => (
            <Trial key={item.id} item={item} />
          ))}
        </ul>
        {query.hasNextPage && (
          <div className="page-more">
            <Button loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
              {t('common.loadMore')}
            </Button>
          </div>
        )}
      </QueryNote>
    </Panel>
  );
}
