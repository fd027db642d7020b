import type { Area, AreaLevel, Bilingual } from './areas.ts';

type Branch = { zh: string; en: string; children?: Branch[] };

/** Made-up names under the real district's code; every entry is marked as a sample. */
const TREE: Branch = {
  zh: '宝安区（示例）',
  en: "Bao'an District (sample)",
  children: [
    {
      zh: '海湾街道（示例）',
      en: 'Haiwan Street (sample)',
      children: [
        {
          zh: '榕树社区（示例）',
          en: 'Rongshu Community (sample)',
          children: [
            { zh: '榕树第一网格', en: 'Rongshu grid 1' },
            { zh: '榕树第二网格', en: 'Rongshu grid 2' },
          ],
        },
        {
          zh: '南埔社区（示例）',
          en: 'Nanpu Community (sample)',
          children: [
            { zh: '南埔第一网格', en: 'Nanpu grid 1' },
            { zh: '南埔第二网格', en: 'Nanpu grid 2' },
          ],
        },
      ],
    },
    {
      zh: '云岭街道（示例）',
      en: 'Yunling Street (sample)',
      children: [
        {
          zh: '石桥社区（示例）',
          en: 'Shiqiao Community (sample)',
          children: [
            { zh: '石桥第一网格', en: 'Shiqiao grid 1' },
            { zh: '石桥第二网格', en: 'Shiqiao grid 2' },
          ],
        },
        {
          zh: '东塘社区（示例）',
          en: 'Dongtang Community (sample)',
          children: [
            { zh: '东塘第一网格', en: 'Dongtang grid 1' },
            { zh: '东塘第二网格', en: 'Dongtang grid 2' },
          ],
        },
      ],
    },
  ],
};

const LEVELS: readonly AreaLevel[] = ['district', 'street', 'community', 'grid'];
const DISTRICT_CODE = '440306';
/** Digits that a level adds to its parent's code, as in the statistical division codes (6 + 3 + 3 + 3). */
const LEVEL_DIGITS = 3;
/** Serial numbers of made-up streets and communities begin here, far from those in use. */
const FIRST_SERIAL = 901;

type Place = { code: string; parent: string | null; depth: number };

function flatten(branch: Branch, { code, parent, depth }: Place): Area[] {
  const level = LEVELS[depth];
  if (level === undefined) return [];
  const name: Bilingual = { zh: branch.zh, en: branch.en };
  const children = branch.children ?? [];
  return [
    { code, parent, level, name, sample: true },
    ...children.flatMap((child, i) =>
      flatten(child, {
        code: `${code}${String(FIRST_SERIAL + i).padStart(LEVEL_DIGITS, '0')}`,
        parent: code,
        depth: depth + 1,
      }),
    ),
  ];
}

/** One district, two streets, four communities, eight grids: made up, parents first. */
export const SAMPLE_AREAS: readonly Area[] = flatten(TREE, { code: DISTRICT_CODE, parent: null, depth: 0 });
