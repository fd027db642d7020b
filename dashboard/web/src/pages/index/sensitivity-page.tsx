import { useQuery } from '@tanstack/react-query';
import { Button, InputNumber, Select } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { type SensitivityRequest, sensitivityQuery } from '../../api/safety-index.ts';
import type { Sensitivity } from '../../api/safety-index-types.ts';
import type { AreaLevel } from '../../api/types.ts';
import { LazyChart } from '../../charts/lazy-chart.tsx';
import { withoutSample } from '../../components/area-tree.ts';
import { Panel } from '../../components/panel.tsx';
import { intervalsOption } from '../../components/safety/chart-options.ts';
import { scrollRegion } from '../../components/scroll-region.ts';
import { useNow } from '../../components/use-now.ts';
import { useSayings } from '../../components/use-sayings.ts';
import { useTexts } from '../../components/use-texts.ts';
import { useMayAnalyse } from '../../shell/session.tsx';
import { NoPeriods } from './no-periods.tsx';
import { PeriodPicker } from './period-picker.tsx';
import { useSelection } from './use-selection.ts';

const LEVELS: readonly AreaLevel[] = ['street', 'community', 'grid'];
const RUNS = { least: 10, most: 2000, usual: 1000 } as const;
const MAX_SEED = 2_147_483_647;
const ROW_PX = 22;

function Intervals({ result }: { result: Sensitivity }) {
  const { t, pick, language } = useTexts();
  const rows = useMemo(
    () =>
      result.areas
        .filter(({ rank }) => rank !== null)
        .toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
        .map((area) => ({ ...area, name: withoutSample(pick(area.name)) })),
    [result, pick],
  );
  const texts = { interval: t('safety.sensitivity.intervals'), rank: t('safety.rank') };
  return (
    <Panel title={t('safety.sensitivity.intervals')} className="intervals">
      <div className="panel-scroll" {...scrollRegion}>
        <div style={{ height: rows.length * ROW_PX + 44 }}>
          <LazyChart
            key={`${language} ${result.level} ${result.seed} ${result.runs}`}
            option={intervalsOption(rows, texts)}
            label={t('safety.sensitivity.intervalsLabel', { count: rows.length })}
          />
        </div>
      </div>
    </Panel>
  );
}

type Shift = { name: string; meanShift: number; maxShift: number };

function ShiftTable({ title, subject, rows }: { title: string; subject: string; rows: Shift[] }) {
  const { t } = useTexts();
  return (
    <Panel title={title} className="shifts">
      <div className="panel-scroll" {...scrollRegion}>
        <table className="figures">
          <thead>
            <tr className="figures-head">
              <th scope="col">{subject}</th>
              <th scope="col">{t('safety.sensitivity.meanShift')}</th>
              <th scope="col">{t('safety.sensitivity.maxShift')}</th>
            </tr>
          </thead>
          <tbody>
            {rows
              .toSorted((a, b) => b.meanShift - a.meanShift)
              .map(({ name, meanShift, maxShift }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{meanShift.toFixed(2)}</td>
                  <td>{maxShift}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Running({ runs, sinceMs }: { runs: number; sinceMs: number }) {
  const { t } = useTexts();
  const now = useNow(500);
  const seconds = Math.max(0, Math.round((now - sinceMs) / 1000));
  return (
    <div className="note empty" role="status">
      <span className="spinner" aria-hidden="true" />
      {t('safety.sensitivity.running', { runs, seconds })}
    </div>
  );
}

type Asked = SensitivityRequest & { sinceMs: number };

function Result({ asked }: { asked: Asked }) {
  const { t, pick } = useTexts();
  const say = useSayings();
  const query = useQuery(sensitivityQuery(asked));
  const result = query.data;
  if (query.isPending) return <Running runs={asked.runs} sinceMs={asked.sinceMs} />;
  if (result === undefined) {
    return (
      <div className="note empty" role="alert">
        {say(query.error)}
      </div>
    );
  }
  return (
    <div className="sensitivity">
      <Intervals result={result} />
      <ShiftTable
        title={t('safety.sensitivity.leaveOneOut')}
        subject={t('safety.indicator')}
        rows={result.leaveOneOut.map((row) => ({ ...row, name: pick(row.name) }))}
      />
      <ShiftTable
        title={t('safety.sensitivity.oneAtATime')}
        subject={t('safety.sensitivity.assumption')}
        rows={result.oneAtATime.map((row) => ({ ...row, name: pick(row.assumption) }))}
      />
    </div>
  );
}

/** 敏感性: how far ranks can be trusted when weights, methods and counts are uncertain. */
export function SensitivityPage() {
  const { t } = useTexts();
  const selection = useSelection();
  const mayAnalyse = useMayAnalyse();
  const [level, setLevel] = useState<AreaLevel>('community');
  const [runs, setRuns] = useState<number>(RUNS.usual);
  const [seed, setSeed] = useState(1);
  const [asked, setAsked] = useState<Asked | null>(null);
  const id = selection.publication;
  useEffect(() => setAsked((one) => (one?.id === id ? one : null)), [id]);
  if (!mayAnalyse) return <div className="note empty">{t('safety.sensitivity.forbidden')}</div>;
  return (
    <>
      <div className="toolbar">
        <form
          className="toolbar-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (id !== null) setAsked({ id, level, runs, seed, sinceMs: Date.now() });
          }}
        >
          <Select<AreaLevel>
            className="picker-level"
            aria-label={t('safety.sensitivity.level')}
            value={level}
            options={LEVELS.map((one) => ({ value: one, label: t(`index.level.${one}`) }))}
            onChange={setLevel}
          />
          <InputNumber
            prefix={t('safety.sensitivity.runs')}
            aria-label={t('safety.sensitivity.runs')}
            className="picker-number"
            value={runs}
            min={RUNS.least}
            max={RUNS.most}
            precision={0}
            onChange={(value) => setRuns(value ?? RUNS.usual)}
          />
          <InputNumber
            prefix={t('safety.sensitivity.seed')}
            aria-label={t('safety.sensitivity.seed')}
            className="picker-number"
            value={seed}
            min={0}
            max={MAX_SEED}
            precision={0}
            onChange={(value) => setSeed(value ?? 1)}
          />
          <Button type="primary" htmlType="submit" disabled={id === null}>
            {t('safety.sensitivity.run')}
          </Button>
        </form>
        <div className="toolbar-end">
          <PeriodPicker selection={selection} />
        </div>
      </div>
      <p className="page-hint">{t('safety.sensitivity.hint')}</p>
      {id === null ? (
        <NoPeriods query={selection.query} />
      ) : asked === null ? (
        <div className="note empty">{t('safety.sensitivity.idle')}</div>
      ) : (
        <Result key={asked.sinceMs} asked={asked} />
      )}
    </>
  );
}
