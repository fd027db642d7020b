import type { Area } from './area-hierarchy.ts';
import type { LocalName } from './framework-schema.ts';

/** What moved a score, by how many points, and from which figure to which. */
export interface Movement {
  name: LocalName;
  points: number;
  figure:
    | { kind: 'rate'; from: number; to: number; unit: LocalName | null }
    | { kind: 'points'; from: number; to: number }
    | { kind: 'appeared' }
    | { kind: 'vanished' }
    | null;
}

/** Everything a draft says, before words. Points are rounded to hundredths. */
export interface DraftFindings {
  area: Area;
  indexName: LocalName;
  period: string;
  isProvisional: boolean;
  score: number | null;
  band: LocalName | null;
  dataShare: number;
  areaShare: number;
  comparison: { kind: 'previous' | 'year-ago'; period: string; isKnown: boolean } | null;
  change: number | null;
  up: Movement[];
  down: Movement[];
  /** All other parts together, so that what is shown adds up to `change`. */
  rest: number;
  deductions: { name: LocalName; count: number; points: number }[];
  targets: { name: LocalName; isMet: boolean | null }[];
  below: {
    count: number;
    unknown: number;
    alerted: Area[];
    best: { area: Area; points: number } | null;
    worst: { area: Area; points: number } | null;
  };
}

type Language = 'zh' | 'en';

/** Areas in warning that are named; the rest are counted. */
const NAMED_AREAS = 5;

interface Words {
  areaName(area: Area): string;
  stop: string;
  list: string;
  headline(f: DraftFindings, index: string): string;
  insufficient(f: DraftFindings, index: string): string;
  comparison(f: DraftFindings): string | null;
  moved(movements: string[], rest: string | null): string;
  figure(figure: NonNullable<Movement['figure']>): string;
  rest: string;
  deduction(name: string, count: number, points: string): string;
  targets(kind: 'met' | 'missed' | 'unknown', names: string): string;
  below(best: string | null, worst: string | null): string;
  alerted(names: string, count: number): string;
  unknown(count: number, of: number): string;
  provisional: string;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const signed = (points: number): string => `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(2)}`;
const figureText = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));

function nameIn(name: LocalName, language: Language): string {
  return typeof name === 'string' ? name : name[language];
}

const zh: Words = {
  areaName: ({ nameZh }) => nameZh,
  stop: '。',
  list: '、',
  headline: (f, index) =>
    `${f.area.nameZh} ${f.period} ${index} ${f.score?.toFixed(2)} 分${f.band ? `（${nameIn(f.band, 'zh')}）` : ''}`,
  insufficient: (f, index) =>
    `${f.area.nameZh} ${f.period} ${index}数据不足：已知指标占权重 ${percent(f.dataShare)}，有分值的网格占全域 ${percent(f.areaShare)}，不作评价，也不代表平安`,
  comparison: ({ comparison, change }) => {
    if (comparison === null) return null;
    const base = `${comparison.kind === 'previous' ? '上期' : '上年同期'}（${comparison.period}）`;
    if (change === null) return `与${base}不可比：有一期没有分值`;
    if (Math.abs(change) < 0.05) return `与${base}基本持平（${signed(change)} 分）`;
    return `较${base}${change > 0 ? '上升' : '下降'} ${Math.abs(change).toFixed(2)} 分`;
  },
  moved: (movements, rest) =>
    `变动来自：${[...movements, ...(rest === null ? [] : [`其余合计 ${rest} 分`])].join('；')}`,
  figure: (figure) => {
    if (figure.kind === 'appeared') return '（本期起有数据）';
    if (figure.kind === 'vanished') return '（本期无数据）';
    const unit =
      figure.kind === 'points' ? '分（网格平均得分）' : figure.unit ? nameIn(figure.unit, 'zh') : '';
    return `（${figureText(figure.from)} → ${figureText(figure.to)} ${unit}）`.replace(' ）', '）');
  },
  rest: '分',
  deduction: (name, count, points) => `${name} ${count} 起，扣 ${points} 分`,
  targets: (kind, names) =>
    `${{ met: '已达目标', missed: '未达目标', unknown: '目标数据不足' }[kind]}：${names}`,
  below: (best, worst) =>
    [best && `下级中升幅最大的是${best} 分`, worst && `降幅最大的是${worst} 分`].filter(Boolean).join('，'),
  alerted: (names, count) => `处于预警的有 ${count} 个：${names}`,
  unknown: (count, of) => `下级 ${of} 个中 ${count} 个数据不足`,
  provisional: '本期为临时数据',
};

const en: Words = {
  areaName: ({ nameEn }) => nameEn,
  stop: '. ',
  list: ', ',
  headline: (f, index) =>
    `${index} of ${f.area.nameEn} in ${f.period}: ${f.score?.toFixed(2)} points${f.band ? ` (${nameIn(f.band, 'en')})` : ''}`,
  insufficient: (f, index) =>
    `${index} of ${f.area.nameEn} in ${f.period}: insufficient data. Indicators known hold ${percent(f.dataShare)} of the weight, grids with a score ${percent(f.areaShare)} of the area; this is no judgement and does not mean that it is safe`,
  comparison: ({ comparison, change }) => {
    if (comparison === null) return null;
    const base = `${comparison.kind === 'previous' ? 'the period before' : 'the same period a year ago'} (${comparison.period})`;
    if (change === null) return `Not comparable with ${base}: one of the two has no score`;
    if (Math.abs(change) < 0.05) return `Practically unchanged from ${base} (${signed(change)})`;
    return `${change > 0 ? 'Up' : 'Down'} ${Math.abs(change).toFixed(2)} from ${base}`;
  },
  moved: (movements, rest) =>
    `What moved it: ${[...movements, ...(rest === null ? [] : [`everything else together ${rest}`])].join('; ')}`,
  figure: (figure) => {
    if (figure.kind === 'appeared') return ' (known from this period on)';
    if (figure.kind === 'vanished') return ' (not known in this period)';
    const unit =
      figure.kind === 'points' ? 'points, mean of the grids' : figure.unit ? nameIn(figure.unit, 'en') : '';
    return ` (${figureText(figure.from)} → ${figureText(figure.to)} ${unit})`.replace(' )', ')');
  },
  rest: '',
  deduction: (name, count, points) => `${name}: ${count}, ${points} points taken off`,
  targets: (kind, names) =>
    `${{ met: 'Targets met', missed: 'Targets missed', unknown: 'Targets without data' }[kind]}: ${names}`,
  below: (best, worst) =>
    [best && `Largest rise below it: ${best}`, worst && `largest fall: ${worst}`].filter(Boolean).join('; '),
  alerted: (names, count) => `In warning (${count}): ${names}`,
  unknown: (count, of) => `${count} of the ${of} areas below it have insufficient data`,
  provisional: 'These figures are provisional',
};

/** The same findings in both languages. */
export function wordDraft(findings: DraftFindings): { zh: string; en: string } {
  return { zh: word(findings, zh, 'zh'), en: word(findings, en, 'en') };
}

function word(f: DraftFindings, words: Words, language: Language): string {
  const name = (text: LocalName) => nameIn(text, language);
  const index = name(f.indexName);
  const movement = ({ name: own, points, figure }: Movement) =>
    `${name(own)}${figure === null ? '' : words.figure(figure)} ${signed(points)}${words.rest && ` ${words.rest}`}`;
  const movements = [...f.up, ...f.down].map(movement);
  const place = (each: { area: Area; points: number } | null) =>
    each && `${words.areaName(each.area)} ${signed(each.points)}`;
  const targets = (['met', 'missed', 'unknown'] as const).flatMap((kind) => {
    const wanted = kind === 'unknown' ? null : kind === 'met';
    const names = f.targets.filter(({ isMet }) => isMet === wanted).map((target) => name(target.name));
    return names.length === 0 ? [] : [words.targets(kind, names.join(words.list))];
  });
  const alerted = f.below.alerted.slice(0, NAMED_AREAS).map(words.areaName).join(words.list);
  const sentences = [
    f.score === null ? words.insufficient(f, index) : words.headline(f, index),
    words.comparison(f),
    movements.length === 0 ? null : words.moved(movements, f.rest === 0 ? null : signed(f.rest)),
    ...f.deductions.map((each) => words.deduction(name(each.name), each.count, each.points.toFixed(2))),
    ...targets,
    f.below.best || f.below.worst ? words.below(place(f.below.best), place(f.below.worst)) : null,
    f.below.alerted.length === 0 ? null : words.alerted(alerted, f.below.alerted.length),
    f.below.unknown === 0 ? null : words.unknown(f.below.unknown, f.below.count),
    f.isProvisional ? words.provisional : null,
  ].filter((sentence) => sentence !== null && sentence !== '');
  return `${sentences.join(words.stop)}${words.stop}`.trim();
}
