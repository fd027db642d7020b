/** Why an operator calls an alarm true or false; each has its words on the screens. To add one: a line here. */
export const VERDICT_REASONS = {
  confirmed: { zh: '情况属实', en: 'it was so', isTrue: true },
  prevented: { zh: '属实，已劝止', en: 'it was so, stopped', isTrue: true },
  animal: { zh: '动物', en: 'an animal', isTrue: false },
  foliage: { zh: '树叶、雨雪或旗帜', en: 'leaves, rain, snow or flags', isTrue: false },
  light: { zh: '光影变化', en: 'light or shadow', isTrue: false },
  mistaken: { zh: '目标识别错误', en: 'taken for something else', isTrue: false },
  permitted: { zh: '允许的人或车', en: 'somebody who may be there', isTrue: false },
  zone: { zh: '防区划定不当', en: 'the zone is drawn wrongly', isTrue: false },
  other: { zh: '其他', en: 'other', isTrue: null },
} as const satisfies Record<string, { zh: string; en: string; isTrue: boolean | null }>;
export type VerdictReason = keyof typeof VERDICT_REASONS;
