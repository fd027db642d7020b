import type { Rule } from '@pingan/models/contract';

/** Across the road of the street footage: somebody passes every few seconds. */
export const roadRule: Rule = {
  kind: 'line-crossing',
  id: 'road',
  cameras: ['*'],
  line: {
    id: 'road',
    name: '道路',
    points: [
      [0.55, 0.1],
      [0.55, 0.95],
    ],
  },
  direction: 'both',
  labels: ['person'],
  clearSeconds: 0.5,
  cooldownSeconds: 0,
  minConfidence: 0.4,
  minHeight: 0.05,
  severity: 3,
};
