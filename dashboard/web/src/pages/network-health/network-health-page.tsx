import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Segmented, Select, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { figuresQuery } from '../../api/camera-health.ts';
import type { FigureRow, FiguresPage, HealthFigure } from '../../api/camera-health-types.ts';
import { areasQuery } from '../../api/safety-index.ts';
import { withoutSample } from '../../components/area-tree.ts';
import { FigureCards, FigureParts, FigureValue } from '../../components/health-figure.tsx';
import { Page } from '../../components/page.tsx';
import { Pager, usePages } from '../../components/pager.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { useTexts } from '../../components/use-texts.ts';
import { percentText } from '../../i18n/format.ts';
import './network-health.css';

const PAGE_SIZE = 50;
const DAYS = [1, 7, 30] as const;
type Days = (typeof DAYS)[number];
type By = 'area' | 'gateway';

/** The day so many days ago by this browser's calendar; without one for the last seven, which the server knows better. */
function firstDay(days: Days): string | undefined {
  if (days === 7) return undefined;
  const day = new Date();
  day.setDate(day.getDate() - days + 1);
  return `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}`;
}

function Cell({ row, code }: { row: FigureRow; code: HealthFigure['code'] }) {
  const figure = row.figures.find((one) => one.code === code);
  if (figure === undefined) return null;
  return (
    <span className="network-cell">
      <FigureValue figure={figure} />
      <FigureParts figure={figure} />
    </span>
  );
}

type Drill = { by: By; areaOf: (key: string) => { hasBelow: boolean }; onDrill: (code: string) => void };

function useColumns({ by, areaOf, onDrill }: Drill): TableColumnsType<FigureRow> {
  const { t, pick } = useTexts();
  const codes = ['online', 'picture', 'clock', 'connection'] as const;
  return [
    {
      title: t('figures.name'),
      render: (_, { key, name }) =>
        by === 'area' && areaOf(key).hasBelow ? (
          <button
            type="button"
            className="link"
            aria-label={t('figures.drill', { name: withoutSample(pick(name)) })}
            onClick={() => onDrill(key)}
          >
            {withoutSample(pick(name))}
          </button>
        ) : (
          withoutSample(pick(name))
        ),
    },
    {
      title: t('figures.count'),
      width: 110,
      align: 'right',
      render: (_, { key, name, cameras }) => (
        <Link
          to="/cameras"
          search={by === 'area' ? { area: key } : { gatewayId: key }}
          className="link"
          aria-label={t('figures.showCameras', { count: cameras, name: withoutSample(pick(name)) })}
        >
          {cameras}
        </Link>
      ),
    },
    ...codes.map((code) => ({
      title: t(`figures.${code}`),
      width: 190,
      render: (_: unknown, row: FigureRow) => <Cell row={row} code={code} />,
    })),
  ];
}

function Rules({ page }: { page: FiguresPage }) {
  const { t } = useTexts();
  const { minimumCoverage, clockToleranceSeconds, clockMinimumSamples, clockAccurateShare } = page.rules;
  return (
    <p className="quiet network-rules">
      {t('figures.rules', {
        coverage: percentText(minimumCoverage),
        seconds: clockToleranceSeconds,
        samples: clockMinimumSamples,
        share: percentText(clockAccurateShare),
      })}
    </p>
  );
}

/** The line of areas from the outermost one down to the chosen one, and the areas by code. */
function useAreaLine(area: string | null) {
  const query = useQuery(areasQuery);
  const byCode = new Map((query.data?.items ?? []).map((one) => [one.code, one]));
  const parents = new Set((query.data?.items ?? []).map(({ parent }) => parent));
  const line: { code: string; name: { zh: string; en: string } }[] = [];
  for (
    let one = byCode.get(area ?? '');
    one !== undefined && line.length < 8;
    one = byCode.get(one.parent ?? '')
  )
    line.unshift(one);
  return {
    line,
    hasBelow: (code: string) => parents.has(code),
    parentOf: (code: string) => byCode.get(code)?.parent,
  };
}

/** 运行指标: the figures of areas and gateways, each with numerator, denominator and coverage. */
export function NetworkHealthPage() {
  const { t, pick } = useTexts();
  const [by, setBy] = useState<By>('area');
  const [days, setDays] = useState<Days>(7);
  const [area, setArea] = useState<string | null>(null);
  const pages = usePages();
  const from = firstDay(days);
  const query = useQuery(
    figuresQuery({
      by,
      limit: PAGE_SIZE,
      ...(from === undefined ? {} : { from }),
      ...(area === null ? {} : { area }),
      ...(pages.cursor === null ? {} : { cursor: pages.cursor }),
    }),
  );
  const { line, hasBelow, parentOf } = useAreaLine(area);
  const items = query.data?.items ?? [];
  const own =
    by === 'area'
      ? items.find(({ key }) => key === area || (area === null && parentOf(key) === null))
      : undefined;
  const top = own?.key ?? area;
  const rows = by === 'area' ? items.filter(({ key }) => parentOf(key) === top) : items;
  const choose = (code: string | null) => {
    pages.restart();
    setArea(code);
  };
  const columns = useColumns({ by, areaOf: (code) => ({ hasBelow: hasBelow(code) }), onDrill: choose });
  return (
    <Page
      title={t('figures.title')}
      count={query.data && t('figures.days', { from: query.data.from, to: query.data.to })}
      tools={
        <>
          <Segmented<By>
            aria-label={t('figures.by')}
            value={by}
            options={(['area', 'gateway'] as const).map((one) => ({
              value: one,
              label: t(`figures.${one}`),
            }))}
            onChange={(next) => {
              pages.restart();
              setBy(next);
            }}
          />
          <Select<Days>
            aria-label={t('figures.range')}
            value={days}
            options={DAYS.map((one) => ({ value: one, label: t('figures.lastDays', { count: one }) }))}
            onChange={setDays}
          />
        </>
      }
    >
      <nav className="network-line" aria-label={t('cameraList.area')}>
        <Button size="small" type="text" onClick={() => choose(null)}>
          {t('figures.all')}
        </Button>
        {line.map(({ code, name }) => (
          <Button key={code} size="small" type="text" onClick={() => choose(code)}>
            {`› ${withoutSample(pick(name))}`}
          </Button>
        ))}
      </nav>
      <QueryNote query={query} isEmpty={items.length === 0} empty={t('figures.empty')}>
        {own !== undefined && <FigureCards figures={own.figures} />}
        {rows.length > 0 && (
          <Table<FigureRow>
            className="network-table"
            rowKey="key"
            size="small"
            columns={columns}
            dataSource={rows}
            pagination={false}
            scroll={{ x: 900 }}
            aria-label={t('figures.list')}
          />
        )}
        <Pager pages={pages} next={query.data?.next ?? null} />
        {query.data && <Rules page={query.data} />}
      </QueryNote>
    </Page>
  );
}
