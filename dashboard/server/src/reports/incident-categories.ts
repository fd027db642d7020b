import type { Bilingual } from './import-kinds.ts';

/** What incidents of a category count into; every word but `category` is a measure of the daily figures. */
export type IncidentRule = {
  category: string;
  counts: string[];
  /** Its deaths are deducted. */
  deaths: boolean;
  /** Major information: it must reach the leaders within the time for escalation. */
  major: boolean;
  /** Where it has a date due: what was due, and what of it was settled (in time, where `inTime`). */
  due: string | null;
  settled: string | null;
  inTime: boolean;
};
export type IncidentCategory = { code: string; name: Bilingual; group: Bilingual };
type Definition = { zh: string; en: string; group: keyof typeof GROUPS; rule?: Partial<IncidentRule> };

const GROUPS = {
  order: { zh: '治安', en: 'Public order' },
  major: { zh: '八类案件', en: 'Eight major kinds' },
  fire: { zh: '消防', en: 'Fire safety' },
  work: { zh: '安全生产', en: 'Safety at work' },
  dispute: { zh: '矛盾纠纷', en: 'Disputes' },
  other: { zh: '其他', en: 'Other' },
} as const;

/** Major information of the dispatch platform: from the grid to the leaders of city and district, hours. */
export const ESCALATION_HOURS = 4;

const ORDER = { counts: ['reported-cases'] };
const MAJOR = { counts: ['major-cases'], major: true };

/** Every kind of reported incident. To add one: a line here. */
const CATEGORIES: Record<string, Definition> = {
  theft: { zh: '盗窃', en: 'Theft', group: 'order', rule: ORDER },
  snatching: { zh: '抢夺', en: 'Snatching', group: 'order', rule: ORDER },
  fraud: { zh: '诈骗', en: 'Fraud', group: 'order', rule: ORDER },
  brawl: { zh: '打架斗殴', en: 'Brawl', group: 'order', rule: ORDER },
  nuisance: { zh: '扰乱秩序', en: 'Breach of public order', group: 'order', rule: ORDER },
  gambling: { zh: '涉赌', en: 'Gambling', group: 'order', rule: ORDER },
  homicide: { zh: '故意杀人', en: 'Homicide', group: 'major', rule: MAJOR },
  'grave-injury': { zh: '故意伤害致人重伤或死亡', en: 'Grave bodily harm', group: 'major', rule: MAJOR },
  rape: { zh: '强奸', en: 'Rape', group: 'major', rule: MAJOR },
  robbery: { zh: '抢劫', en: 'Robbery', group: 'major', rule: MAJOR },
  'drug-trafficking': { zh: '贩卖毒品', en: 'Drug trafficking', group: 'major', rule: MAJOR },
  arson: { zh: '放火', en: 'Arson', group: 'major', rule: MAJOR },
  explosion: { zh: '爆炸', en: 'Causing an explosion', group: 'major', rule: MAJOR },
  poisoning: { zh: '投放危险物质', en: 'Spreading dangerous substances', group: 'major', rule: MAJOR },
  fire: { zh: '火灾', en: 'Fire', group: 'fire', rule: { counts: ['fires'], deaths: true, major: true } },
  'fire-hazard': {
    zh: '火灾隐患',
    en: 'Fire hazard',
    group: 'fire',
    rule: { due: 'fire-hazards-due', settled: 'fire-hazards-fixed', inTime: true },
  },
  'work-accident': {
    zh: '生产安全事故',
    en: 'Accident at work',
    group: 'work',
    rule: { counts: ['accidents'], deaths: true, major: true },
  },
  'work-hazard': {
    zh: '生产安全隐患',
    en: 'Hazard at work',
    group: 'work',
    rule: { due: 'work-hazards-due', settled: 'work-hazards-fixed', inTime: true },
  },
  dispute: {
    zh: '矛盾纠纷',
    en: 'Dispute',
    group: 'dispute',
    rule: { due: 'disputes-due', settled: 'disputes-settled' },
  },
  'dispute-crime': {
    zh: '民转刑案件',
    en: 'Dispute that became a crime',
    group: 'dispute',
    rule: { counts: ['disputes-escalated'], major: true },
  },
  other: { zh: '其他事件', en: 'Other incident', group: 'other' },
};

const CODES = new Map(Object.entries(CATEGORIES));

export const isCategory = (code: string): boolean => CODES.has(code);

/** The code of a category given by its code or one of its names; null when there is none. */
export function categoryOf(text: string): string | null {
  if (CODES.has(text)) return text;
  return (
    [...CODES].find(([, { zh, en }]) => zh === text || en.toLowerCase() === text.toLowerCase())?.[0] ?? null
  );
}

export const INCIDENT_CATEGORIES: readonly IncidentCategory[] = [...CODES].map(
  ([code, { zh, en, group }]) => ({
    code,
    name: { zh, en },
    group: GROUPS[group],
  }),
);

const PLAIN = { counts: [], deaths: false, major: false, due: null, settled: null, inTime: false };
export const INCIDENT_RULES: readonly IncidentRule[] = [...CODES].map(([category, { rule }]) => ({
  ...PLAIN,
  ...rule,
  category,
}));

/** Measures that the centre makes itself from incidents, alarms and cameras: no file may bring them. */
const OWN_MEASURES = new Set([
  ...INCIDENT_RULES.flatMap(({ counts, due, settled }) => [...counts, due ?? '', settled ?? '']),
  'deaths',
  'incidents-due',
  'incidents-on-time',
  'incidents-closed',
  'incidents-reworked',
  'escalations-due',
  'escalated-in-time',
  'cameras-registered',
  'cameras-connected',
  'seconds-covered',
  'seconds-online',
  'cameras-online',
  'cameras-good',
  'camera-hours',
  'person-years',
]);
export const isOwnMeasure = (measure: string): boolean =>
  OWN_MEASURES.has(measure) || measure.endsWith('-confirmed');
