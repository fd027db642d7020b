import type { ReactNode } from 'react';
import type { CameraHistory, HistoryInterval } from '../../api/camera-health-types.ts';
import { useTexts } from '../../components/use-texts.ts';
import { bitrateText, clockText, numberText, percentText, timeText } from '../../i18n/format.ts';
import './health-strip.css';
import {
  axisMarks,
  findingBands,
  type Line,
  lineOf,
  placeIn,
  type SampleKey,
  secondsOf,
  stateBands,
} from './strip-plan.ts';

const W = 1000;
const STATE_H = 26;
const LINE_H = 40;
const KINDS = ['good', 'poor', 'streaming', 'down'] as const;

function Row({ name, note, children }: { name: string; note?: string | undefined; children: ReactNode }) {
  return (
    <div className="strip-row">
      <span className="strip-name">
        {name}
        {note !== undefined && <small>{note}</small>}
      </span>
      {children}
    </div>
  );
}

/** Down is hatched, so that it is told from the rest without colour; so is what nobody observed, by being empty. */
function States({ history, label }: { history: CameraHistory; label: string }) {
  const { t } = useTexts();
  const words = (interval: HistoryInterval) =>
    `${timeText(interval.from)} – ${clockText(interval.to)} ${t(`strip.${interval.kind}`)}`;
  return (
    <svg
      className="strip"
      viewBox={`0 0 ${W} ${STATE_H}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <defs>
        <pattern
          id="strip-down"
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect className="strip-down" width="6" height="6" />
          <rect className="strip-hatch" width="2" height="6" />
        </pattern>
      </defs>
      <rect className="strip-none" width={W} height={STATE_H} />
      {stateBands(history).map((band) => (
        <rect
          key={band.from}
          className={`strip-${band.kind}`}
          x={band.start * W}
          width={Math.max(1.5, band.width * W)}
          height={STATE_H}
          fill={band.kind === 'down' ? 'url(#strip-down)' : undefined}
        >
          <title>{words(band)}</title>
        </rect>
      ))}
    </svg>
  );
}

function Findings({ history }: { history: CameraHistory }) {
  const { t } = useTexts();
  const bands = findingBands(history);
  if (bands.length === 0) return null;
  const kinds = [...new Set(bands.map(({ kind }) => kind))];
  const rowH = 9;
  return (
    <Row name={t('strip.findings')} note={kinds.map((kind) => t(`camera.finding.${kind}`)).join(' · ')}>
      <svg
        className="strip strip-thin"
        viewBox={`0 0 ${W} ${kinds.length * rowH}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={kinds.map((kind) => t(`camera.finding.${kind}`)).join(' · ')}
      >
        <rect className="strip-none" width={W} height={kinds.length * rowH} />
        {bands.map((band) => (
          <rect
            key={`${band.kind} ${band.from}`}
            className="strip-finding"
            x={band.start * W}
            y={kinds.indexOf(band.kind) * rowH + 1.5}
            width={Math.max(3, band.width * W)}
            height={rowH - 3}
          >
            <title>{`${t(`camera.finding.${band.kind}`)} ${timeText(band.from)} – ${clockText(band.to)}`}</title>
          </rect>
        ))}
      </svg>
    </Row>
  );
}

function Planned({ history }: { history: CameraHistory }) {
  const { t } = useTexts();
  const bands = history.maintenance.flatMap((one) => {
    const place = placeIn(history, one);
    return place === null ? [] : [{ ...one, ...place }];
  });
  if (bands.length === 0) return null;
  return (
    <Row name={t('strip.maintenance')}>
      <svg
        className="strip strip-thin"
        viewBox={`0 0 ${W} 9`}
        preserveAspectRatio="none"
        role="img"
        aria-label={bands.map(({ reason }) => reason).join(' · ')}
      >
        <rect className="strip-none" width={W} height={9} />
        {bands.map((band) => (
          <rect key={band.id} className="strip-planned" x={band.start * W} width={band.width * W} height={9}>
            <title>{`${band.reason} ${timeText(band.from)} – ${timeText(band.to)}`}</title>
          </rect>
        ))}
      </svg>
    </Row>
  );
}

const pointsOf = (path: Line['paths'][number]): string =>
  path.map(({ x, y }) => `${(x * W).toFixed(1)},${((1 - y) * (LINE_H - 4) + 2).toFixed(1)}`).join(' ');

type Figure = { key: SampleKey; name: string; text: (value: number) => string };

function Samples({ history, figure }: { history: CameraHistory; figure: Figure }) {
  const { t } = useTexts();
  const line = lineOf(history, figure.key);
  if (line === null) return null;
  const [min, max] = [figure.text(line.min), figure.text(line.max)];
  return (
    <Row name={figure.name} note={min === max ? max : `${min} – ${max}`}>
      <svg
        className="strip strip-line"
        viewBox={`0 0 ${W} ${LINE_H}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('strip.lineLabel', { name: figure.name, min, max })}
      >
        <rect className="strip-none" width={W} height={LINE_H} />
        {line.paths.map((path) =>
          path.length === 1 ? (
            <rect
              key={path[0]?.x}
              className="strip-dot"
              x={(path[0]?.x ?? 0) * W - 2}
              y={(1 - (path[0]?.y ?? 0)) * (LINE_H - 4)}
              width="4"
              height="4"
            />
          ) : (
            <polyline
              key={path[0]?.x}
              className="strip-path"
              points={pointsOf(path)}
              vectorEffect="non-scaling-stroke"
            />
          ),
        )}
      </svg>
    </Row>
  );
}

function Axis({ history }: { history: CameraHistory }) {
  const marks = axisMarks(history);
  const isLong = Date.parse(history.to) - Date.parse(history.from) > 48 * 3_600_000;
  return (
    <Row name="">
      <svg className="strip strip-axis" aria-hidden="true">
        {marks.map(({ at, place }) => (
          <g key={at}>
            <line x1={`${place * 100}%`} x2={`${place * 100}%`} y1="0" y2="4" />
            <text
              x={`${place * 100}%`}
              y="16"
              textAnchor={place > 0.95 ? 'end' : place < 0.05 ? 'start' : 'middle'}
            >
              {isLong ? timeText(at).slice(5, 10) : clockText(at).slice(0, 5)}
            </text>
          </g>
        ))}
      </svg>
    </Row>
  );
}

/** A camera over time: state colours, findings, maintenance and packet figures, on one axis. */
export function HealthStrip({ history, name }: { history: CameraHistory; name: string }) {
  const { t, span } = useTexts();
  const { online, down } = secondsOf(history);
  const figures: Figure[] = [
    { key: 'fps', name: t('strip.fps'), text: (value) => `${numberText(value)} fps` },
    { key: 'bitrateKbps', name: t('strip.bitrate'), text: bitrateText },
    { key: 'lossRatio', name: t('strip.loss'), text: percentText },
    { key: 'clockOffsetMs', name: t('strip.clock'), text: (value) => `${numberText(value / 1000)} s` },
  ];
  return (
    <div className="strips">
      <Row name={t('strip.state')}>
        <States
          history={history}
          label={t('strip.label', { name, online: span(online), down: span(down) })}
        />
      </Row>
      <Findings history={history} />
      <Planned history={history} />
      {figures.map((figure) => (
        <Samples key={figure.key} history={history} figure={figure} />
      ))}
      {history.samples.length === 0 && <p className="quiet">{t('strip.noSamples')}</p>}
      <Axis history={history} />
      <ul className="strip-legend">
        {KINDS.map((kind) => (
          <li key={kind}>
            <i className={`legend-${kind}`} aria-hidden="true" />
            {t(`strip.${kind}`)}
          </li>
        ))}
        <li>
          <i className="legend-none" aria-hidden="true" />
          {t('strip.none')}
        </li>
      </ul>
    </div>
  );
}
