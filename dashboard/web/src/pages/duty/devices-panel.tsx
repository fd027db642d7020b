import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { gatewaysQuery, sensorsQuery } from '../../api/queries.ts';
import type { GatewayItem, SensorItem } from '../../api/types.ts';
import { Chip } from '../../components/chip.tsx';
import { GatewayStateChip } from '../../components/gateway-chip.tsx';
import { Panel } from '../../components/panel.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { scrollRegion } from '../../components/scroll-region.ts';
import { sensorValue } from '../../components/sensor-value.ts';
import { useNow } from '../../components/use-now.ts';
import { useTexts } from '../../components/use-texts.ts';

function SensorRow({ sensor, now }: { sensor: SensorItem; now: number }) {
  const { t, age } = useTexts();
  const { text, tone } = sensorValue(t, sensor);
  return (
    <li data-testid="sensor">
      <span className="row-kind">{t(`sensors.kind.${sensor.kind}`)}</span>
      <span className="row-name">{sensor.name}</span>
      {sensor.at !== null && <time dateTime={sensor.at}>{age(sensor.at, now)}</time>}
      <Chip tone={tone}>{text}</Chip>
    </li>
  );
}

/** 传感器: the last word of each. */
export function SensorsPanel() {
  const { t } = useTexts();
  const now = useNow(10_000);
  const query = useInfiniteQuery(sensorsQuery);
  const sensors = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const available = sensors.filter((sensor) => sensor.available).length;
  return (
    <Panel
      className="rows-panel"
      title={
        <>
          {t('sensors.title')}{' '}
          <span className="panel-count">{t('sensors.available', { available, total: sensors.length })}</span>
        </>
      }
    >
      <QueryNote query={query} isEmpty={sensors.length === 0} empty={t('sensors.empty')}>
        <ul className="rows" {...scrollRegion}>
          {sensors.map((sensor) => (
            <SensorRow key={sensor.id} sensor={sensor} now={now} />
          ))}
          {query.hasNextPage && (
            <li>
              <Button size="small" onClick={() => query.fetchNextPage()}>
                {t('common.loadMore')}
              </Button>
            </li>
          )}
        </ul>
      </QueryNote>
    </Panel>
  );
}

function GatewayRow({ gateway }: { gateway: GatewayItem }) {
  const { t } = useTexts();
  return (
    <li data-testid="gateway">
      <span className="row-name">{gateway.name}</span>
      <span className="row-figures">
        {t('gateways.cameras', gateway.cameras)} · {t('gateways.sensors', gateway.sensors)}
        {gateway.outboxPending !== null && gateway.outboxPending > 0 && (
          <> · {t('gateways.pending', { count: gateway.outboxPending })}</>
        )}
      </span>
      <GatewayStateChip gateway={gateway} />
    </li>
  );
}

/** 网关: who is connected and what each looks after. */
export function GatewaysPanel() {
  const { t } = useTexts();
  const query = useInfiniteQuery(gatewaysQuery);
  const gateways = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const online = gateways.filter(({ state }) => state.kind === 'online').length;
  return (
    <Panel
      className="rows-panel"
      title={
        <>
          {t('gateways.title')}{' '}
          <span className="panel-count">{t('gateways.total', { online, total: gateways.length })}</span>
        </>
      }
    >
      <QueryNote query={query} isEmpty={gateways.length === 0} empty={t('gateways.empty')}>
        <ul className="rows" {...scrollRegion}>
          {gateways.map((gateway) => (
            <GatewayRow key={gateway.id} gateway={gateway} />
          ))}
          {query.hasNextPage && (
            <li>
              <Button size="small" onClick={() => query.fetchNextPage()}>
                {t('common.loadMore')}
              </Button>
            </li>
          )}
        </ul>
      </QueryNote>
    </Panel>
  );
}
