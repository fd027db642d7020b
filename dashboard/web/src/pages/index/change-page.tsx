import { useQuery } from '@tanstack/react-query';
import { Segmented, Select } from 'antd';
import { useMemo, useState } from 'react';
import { decompositionQuery } from '../../api/safety-index.ts';
import type { Decomposition } from '../../api/safety-index-types.ts';
import { LazyChart } from '../../charts/lazy-chart.tsx';
import { Chip } from '../../components/chip.tsx';
import { Panel } from '../../components/panel.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { waterfallOption } from '../../components/safety/chart-options.ts';
import { scrollRegion } from '../../components/scroll-region.ts';
import { useTexts } from '../../components/use-texts.ts';
import { AreaSelect } from './area-select.tsx';
import { AreaTrail, useAreas } from './area-trail.tsx';
import { NoPeriods } from './no-periods.tsx';
import { PeriodPicker, useHeadText } from './period-picker.tsx';
import { type UseSelection, useSelection } from './use-selection.ts';
import { addsUp, changeText, sumOf, waterfall } from './waterfall.ts';

const STEPS = 12;
type Mode = 'periods' | 'areas';

function FallChart({ result }: { result: Decomposition }) {
  const { t, pick, language } = useTexts();
  const { from, to, parts, difference } = result;
  const option = useMemo(() => {
    const { steps, rest } = waterfall(parts, from.score, STEPS);
    const all = [
      ...steps.map((step) => ({ ...step, name: pick(step.name) })),
      ...(rest === null ? [] : [{ ...rest, name: t('safety.change.others', { count: rest.count }) }]),
    ];
    return waterfallOption({ name: pick(from.label), score: from.score }, all, {
      name: pick(to.label),
      score: to.score,
    });
  }, [from, to, parts, pick, t]);
  const label = t('safety.change.waterfallLabel', {
    from: from.score.toFixed(2),
    to: to.score.toFixed(2),
    change: changeText(difference),
    count: parts.length,
  });
  return (
    <Panel title={t('safety.change.waterfall')} className="fall">
      <LazyChart
        key={`${language} ${label} ${pick(from.label)} ${pick(to.label)}`}
        option={option}
        label={label}
      />
    </Panel>
  );
}

function PartRow({ part, largest }: { part: Decomposition['parts'][number]; largest: number }) {
  const { pick } = useTexts();
  const width = `${(Math.abs(part.part) / Math.max(largest, 1e-12)) * 50}%`;
  return (
    <tr>
      <th scope="row">{pick(part.name)}</th>
      <td className="text">{pick(part.pillar)}</td>
      <td>
        <span className="part-bar" aria-hidden="true">
          <i className={part.part < 0 ? 'part-down' : 'part-up'} style={{ width }} />
        </span>
      </td>
      <td>{changeText(part.part, 4)}</td>
    </tr>
  );
}

function PartsTable({ result }: { result: Decomposition }) {
  const { t, pick } = useTexts();
  const { from, to, parts, difference } = result;
  const isExact = addsUp(parts, difference);
  const ordered = parts.toSorted((a, b) => Math.abs(b.part) - Math.abs(a.part));
  const largest = Math.abs(ordered[0]?.part ?? 0);
  return (
    <Panel title={t('safety.change.parts')} className="parts">
      <dl className="sums" data-testid="sums">
        <div>
          <dt>{pick(from.label)}</dt>
          <dd>{from.score.toFixed(4)}</dd>
        </div>
        <div>
          <dt>{pick(to.label)}</dt>
          <dd>{to.score.toFixed(4)}</dd>
        </div>
        <div>
          <dt>{t('safety.change.difference')}</dt>
          <dd data-testid="difference">{changeText(difference, 4)}</dd>
        </div>
        <div>
          <dt>{t('safety.change.sum')}</dt>
          <dd data-testid="sum-of-parts">{changeText(sumOf(parts), 4)}</dd>
        </div>
      </dl>
      <p className="sums-note">
        <Chip tone={isExact ? 'good' : 'bad'}>
          {isExact ? t('safety.change.exact') : t('safety.change.inexact')}
        </Chip>
      </p>
      <div className="panel-scroll" {...scrollRegion}>
        <table className="figures">
          <thead>
            <tr className="figures-head">
              <th scope="col">{t('safety.indicator')}</th>
              <th scope="col" className="text">
                {t('safety.change.pillar')}
              </th>
              <td />
              <th scope="col">{t('safety.change.part')}</th>
            </tr>
          </thead>
          <tbody>
            {ordered.map((part) => (
              <PartRow key={part.code} part={part} largest={largest} />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Result({ publication, area, against }: { publication: string; area: string; against: string }) {
  const { t } = useTexts();
  const query = useQuery(decompositionQuery({ publication, area, against }));
  const result = query.data;
  return (
    <QueryNote query={query} isEmpty={result === undefined} empty={t('safety.change.choose')}>
      {result !== undefined && (
        <div className="change">
          <FallChart result={result} />
          <PartsTable result={result} />
        </div>
      )}
    </QueryNote>
  );
}

type SideProps = { selection: UseSelection; value: string | null; onChange: (value: string) => void };

/** The other period; the one before the chosen one at first. */
function OtherPeriod({ selection, value, onChange }: SideProps) {
  const { t } = useTexts();
  const headText = useHeadText();
  const others = selection.heads.filter(({ id }) => id !== selection.publication);
  return (
    <Select
      className="picker-head"
      aria-label={t('safety.change.against')}
      disabled={others.length === 0}
      value={value}
      options={others.map((head) => ({ value: head.id, label: headText(head) }))}
      onChange={(id) => id !== null && onChange(id)}
    />
  );
}

/** What a chosen period or area is compared with, unless somebody chose otherwise. */
function usualAgainst(
  mode: Mode,
  { heads, publication }: UseSelection,
  parent: string | null,
): string | null {
  if (mode === 'areas') return parent;
  const at = heads.findIndex(({ id }) => id === publication);
  const chosen = heads[at];
  const earlier = heads.slice(at + 1).find(({ period }) => period.start !== chosen?.period.start);
  return earlier?.id ?? heads.find(({ id }) => id !== publication)?.id ?? null;
}

/** 为什么变化: the exact parts of the difference between two periods of an area, or between two areas. */
export function ChangePage() {
  const { t } = useTexts();
  const selection = useSelection();
  const { areas, root } = useAreas();
  const [mode, setMode] = useState<Mode>('periods');
  const [wanted, setWanted] = useState<{ mode: Mode; value: string } | null>(null);
  const { publication, area = root?.code, select } = selection;
  const parent = areas.find(({ code }) => code === area)?.parent ?? null;
  const against = wanted?.mode === mode ? wanted.value : usualAgainst(mode, selection, parent);
  const choose = (value: string) => setWanted({ mode, value });
  const hint = mode === 'periods' ? t('safety.change.onlyOne') : t('safety.change.chooseArea');
  return (
    <>
      <div className="toolbar">
        {area !== undefined && <AreaTrail code={area} onSelect={(code) => select({ area: code })} />}
        <div className="toolbar-end">
          <Segmented<Mode>
            aria-label={t('safety.change.mode')}
            value={mode}
            options={[
              { value: 'periods', label: t('safety.change.periods') },
              { value: 'areas', label: t('safety.change.areas') },
            ]}
            onChange={setMode}
          />
          {mode === 'periods' ? (
            <OtherPeriod selection={selection} value={against} onChange={choose} />
          ) : (
            <AreaSelect label={t('safety.change.against')} value={against} onChange={choose} />
          )}
          <span aria-hidden="true">→</span>
          <AreaSelect
            label={t('safety.area')}
            value={area ?? null}
            onChange={(code) => select({ area: code })}
          />
          <PeriodPicker selection={selection} />
        </div>
      </div>
      {publication === null || area === undefined ? (
        <NoPeriods query={selection.query} />
      ) : against === null || against === area ? (
        <div className="note empty">{hint}</div>
      ) : (
        <Result publication={publication} area={area} against={against} />
      )}
    </>
  );
}
