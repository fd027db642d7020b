import { LADDER_CAUSES, LADDER_STATES, VIEW_DIRECTIONS } from '@pingan/models/contract';
import type { ReactNode } from 'react';
import {
  PICTURE_FLAW_WORDS,
  type Summary,
  type SummaryCamera,
  VERDICT_WORDS,
} from '../../../src/console/interface.ts';
import { fill, type Language } from '../i18n/fill.ts';
import { useSpeech } from '../i18n/language.tsx';
import { dateText } from '../i18n/moments.ts';
import type { Texts } from '../i18n/zh-cn.ts';

const directionText = (direction: number | null, language: Language): string =>
  Object.entries(VIEW_DIRECTIONS).find(([code]) => Number(code) === direction)?.[1][language] ?? '—';

function pictureText({ picture }: SummaryCamera, texts: Texts, language: Language): string {
  if (!picture) return texts.summary.notReviewed;
  if (picture.verdict === 'accepted' || !picture.flaw) return VERDICT_WORDS[picture.verdict][language];
  const flaw = PICTURE_FLAW_WORDS[picture.flaw][language];
  return [flaw, picture.note].filter((part) => part !== '').join(' · ');
}

export type SummarySheetProps = {
  summary: Summary;
  remark: string;
  /** What a person can do with it; not printed. */
  children: ReactNode;
};

/** The result on one sheet: figures, what is left, every camera. The same on paper, with room to sign. */
export function SummarySheet({ summary, remark, children }: SummarySheetProps) {
  const { texts, language } = useSpeech();
  const words = texts.summary;
  const { counts, cameras, site } = summary;
  const open = cameras.filter(({ state, picture }) => state !== 'ready' || picture?.verdict === 'marked');
  return (
    <article className="summary">
      <h2 className="only-print">
        {texts.product} · {texts.title}
      </h2>
      <dl className="tiles">
        {(
          [
            [words.cameras, counts.cameras, 'quiet'],
            [words.ready, counts.ready, 'good'],
            [words.attention, counts.attention, counts.attention > 0 ? 'warning' : 'quiet'],
            [words.accepted, counts.accepted, 'good'],
            [words.marked, counts.marked, counts.marked > 0 ? 'warning' : 'quiet'],
            [words.unreviewed, counts.cameras - counts.accepted - counts.marked, 'quiet'],
          ] as const
        ).map(([name, count, tone]) => (
          <div key={name} className={`tile tile-${tone}`}>
            <dt>{name}</dt>
            <dd>{count}</dd>
          </div>
        ))}
      </dl>
      <dl className="facts card">
        {factsOf(summary, texts, language).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        {remark !== '' && (
          <div className="only-print">
            <dt>{words.remark}</dt>
            <dd>{remark}</dd>
          </div>
        )}
      </dl>
      {children}
      <section>
        <h2>{words.open}</h2>
        {open.length === 0 && <p className="quiet">{words.openNone}</p>}
        <ul className="card rows">
          {open.map((camera) => (
            <li key={camera.id}>
              <span className="row-text">
                <strong>{camera.name}</strong>
                <span>
                  {camera.state === 'ready'
                    ? pictureText(camera, texts, language)
                    : `${LADDER_CAUSES[camera.cause][language]} — ${LADDER_CAUSES[camera.cause].next[language]}`}
                </span>
              </span>
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h2>{words.list}</h2>
        <CameraTable cameras={cameras} />
      </section>
      <p className="only-print signatures">
        <span>{words.signature}</span>
        <span>{words.signatureSite}</span>
      </p>
      <p className="only-print quiet">
        {site.gatewayId} · {site.software} · {dateText(summary.madeAt, language)}
      </p>
    </article>
  );
}

function factsOf(summary: Summary, texts: Texts, language: Language): (readonly [string, string])[] {
  const words = texts.summary;
  const { site, startedAt, selfCheck, alarm } = summary;
  const bad = selfCheck?.checks.filter(({ state }) => state === 'failed' || state === 'warning') ?? [];
  const checked =
    selfCheck === null
      ? words.notDone
      : bad.length === 0
        ? fill(words.selfCheckOk, { count: selfCheck.checks.length })
        : fill(words.selfCheckBad, {
            count: bad.length,
            names: bad.map(({ id }) => texts.check.names[id]).join(language === 'zh' ? '、' : ', '),
          });
  const alarmed =
    alarm === null
      ? words.notDone
      : fill(alarm.receipted ? words.alarmYes : words.alarmQueued, { camera: alarm.cameraName });
  return [
    [words.gateway, site.gatewayId],
    [words.startedAt, dateText(startedAt, language)],
    [words.selfCheck, checked],
    [words.alarm, alarmed],
  ];
}

function CameraTable({ cameras }: { cameras: readonly SummaryCamera[] }) {
  const { texts, language } = useSpeech();
  const { columns } = texts.summary;
  const cells = (camera: SummaryCamera): readonly (readonly [string, string])[] => [
    [columns.place, camera.place || '—'],
    [columns.direction, directionText(camera.direction, language)],
    [columns.address, camera.address],
    [columns.model, [camera.manufacturer, camera.model].filter(Boolean).join(' ') || '—'],
    [columns.state, LADDER_STATES[camera.state][language]],
    [columns.picture, pictureText(camera, texts, language)],
    [columns.code, camera.code],
  ];
  return (
    <table className="cameras">
      <thead>
        <tr>
          {Object.values(columns).map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {cameras.map((camera) => (
          <tr key={camera.id} data-testid="summary-camera">
            <th scope="row">{camera.name}</th>
            {cells(camera).map(([name, value]) => (
              <td key={name} data-name={name}>
                {value}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
