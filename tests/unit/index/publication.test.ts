import { describe, expect, test } from 'vitest';
import {
  type AreaFacts,
  draftText,
  type Framework,
  isIntact,
  isSameComputation,
  isUnbroken,
  type Publication,
  publish,
} from '../../../dashboard/server/src/index/index.ts';
import { districtOf, factsOf } from './area-build.ts';
import { frameworkOf } from './build.ts';

const AREAS = districtOf({ c1: ['g1', 'g2'], c2: ['g3'] });
const RATE = { denominator: { column: 'n', per: 100 }, goalposts: [0, 100] };
const framework = frameworkOf(
  {
    code: 'i',
    children: [
      { ...RATE, code: 'online', name: { zh: '在线率', en: 'Time online' }, unit: '%' },
      { ...RATE, code: 'closed', name: { zh: '办结率', en: 'Closed' }, unit: '%' },
    ],
  },
  {
    name: { zh: '平安指数', en: "Ping'an index" },
    validFrom: '2026-01-01',
    bands: [
      { code: 'red', name: { zh: '预警', en: 'Warning' }, colour: '#d32f2f', from: 0, alert: true },
      { code: 'green', name: { zh: '良好', en: 'Good' }, colour: '#2e7d32', from: 60 },
    ],
    deductions: [{ code: 'deaths', name: { zh: '死亡', en: 'Deaths' }, column: 'deaths', points: 5 }],
    targets: [
      {
        code: 't',
        name: { zh: '全部在线', en: 'All online' },
        indicator: 'online',
        value: 100,
        sense: 'at-least',
      },
    ],
  },
);

const OCTOBER = factsOf({
  g1: { online: [80, 100], closed: [60, 100] },
  g2: { online: [80, 100], closed: [60, 100] },
});
const NOVEMBER = factsOf({
  g1: { online: [90, 100], closed: [52, 100] },
  g2: { online: [90, 100], closed: [52, 100], deaths: [1, 1] },
});

function published(
  period: string,
  facts: AreaFacts,
  rest: { latest?: Publication | null; status?: 'provisional' | 'final'; own?: Framework } = {},
): Publication {
  return publish({
    framework: rest.own ?? framework,
    areas: AREAS,
    facts,
    period,
    status: rest.status ?? 'final',
    softwareVersion: '1.2.3',
    computedAt: new Date('2026-12-01T00:00:00Z'),
    latest: rest.latest ?? null,
  });
}

describe('a publication', () => {
  test('is frozen through and through', () => {
    const { areas } = published('2026-11', NOVEMBER);
    const [first] = areas;
    expect(Object.isFrozen(areas)).toBe(true);
    expect(() => Object.assign(first ?? {}, { score: 100 })).toThrow(TypeError);
    expect(() => Object.assign(first?.indicators[0] ?? {}, { normalised: 100 })).toThrow(TypeError);
  });

  test('names its inputs, whatever their order', () => {
    const first = published('2026-11', NOVEMBER);
    const turned = Object.fromEntries(Object.entries(NOVEMBER).reverse());
    const same = publish({
      framework,
      areas: AREAS.toReversed(),
      facts: turned,
      period: '2026-11',
      status: 'final',
      softwareVersion: '1.2.3',
      computedAt: new Date(),
      latest: first,
    });
    expect(isSameComputation(first, same)).toBe(true);
    expect(isSameComputation(first, published('2026-11', OCTOBER))).toBe(false);
  });

  test('is followed by a next version, which names the one before and leaves it as it was', () => {
    const first = published('2026-11', OCTOBER, { status: 'provisional' });
    const copy = JSON.stringify(first);
    const second = published('2026-11', NOVEMBER, { latest: first });
    expect(second).toMatchObject({ sequence: 2, previousSha256: first.sha256, status: 'final' });
    expect(JSON.stringify(first)).toBe(copy);
    expect(isUnbroken([first, second])).toBe(true);
    expect(isUnbroken([second])).toBe(false);
    expect(isUnbroken([first, published('2026-11', NOVEMBER)])).toBe(false);
  });

  test('shows when it was altered, also after a store gave its keys another order', () => {
    const own = published('2026-11', NOVEMBER);
    const stored: Publication = JSON.parse(JSON.stringify(own));
    const reordered: Publication = JSON.parse(
      JSON.stringify(Object.fromEntries(Object.entries(stored).reverse())),
    );
    expect(isIntact(reordered)).toBe(true);
    const altered = { ...stored, areas: stored.areas.map((area) => ({ ...area, score: 99 })) };
    expect(isIntact(altered)).toBe(false);
    expect(() => published('2026-11', NOVEMBER, { latest: altered })).toThrow(/was altered/);
  });

  test('is refused after one of another period, back from final to provisional, and outside its validity', () => {
    const october = published('2026-10', OCTOBER);
    expect(() => published('2026-11', NOVEMBER, { latest: october })).toThrow(
      /give the latest of test of 2026-11/,
    );
    expect(() => published('2026-10', OCTOBER, { latest: october, status: 'provisional' })).toThrow(
      /final already/,
    );
    expect(() => published('2025-12', OCTOBER)).toThrow(/is valid 2026-01-01 to …, not in 2025-12/);
    expect(() => published('now', OCTOBER)).toThrow(/period "now"/);
  });
});

describe('a draft', () => {
  const base = { publication: published('2026-10', OCTOBER), framework, kind: 'previous' as const };

  test('says what moved, why and compared with what, and its parts add up', () => {
    const { zh, en, difference } = draftText({
      framework,
      area: 'c1',
      current: published('2026-11', NOVEMBER, { status: 'provisional' }),
      base,
    });
    expect(difference?.change).toBeCloseTo(-4, 9);
    expect(zh).toBe(
      'c1区 2026-11 平安指数 66.00 分（良好）。较上期（2026-10）下降 4.00 分。变动来自：在线率（80 → 90 %） +5.00 分；死亡 −5.00 分；办结率（60 → 52 %） −4.00 分。死亡 1 起，扣 5.00 分。未达目标：全部在线。下级中升幅最大的是g1区 +1.00 分，降幅最大的是g2区 −4.00 分。本期为临时数据。',
    );
    expect(en).toBe(
      "Ping'an index of c1 in 2026-11: 66.00 points (Good). Down 4.00 from the period before (2026-10). What moved it: Time online (80 → 90 %) +5.00; Deaths −5.00; Closed (60 → 52 %) −4.00. Deaths: 1, 5.00 points taken off. Targets missed: All online. Largest rise below it: g1 +1.00; largest fall: g2 −4.00. These figures are provisional.",
    );
  });

  test('says that nothing is known instead of a number, and does not compare with it', () => {
    const { zh, en, difference } = draftText({
      framework,
      area: 'c2',
      current: published('2026-11', NOVEMBER),
      base,
    });
    expect(difference).toBeNull();
    expect(zh).toMatch(
      /数据不足：已知指标占权重 0 %.*也不代表平安。与上期（2026-10）不可比.*目标数据不足：全部在线/,
    );
    expect(en).toMatch(/insufficient data.*does not mean that it is safe.*Not comparable/);
    const { zh: parent } = draftText({
      framework,
      area: 's',
      current: published('2026-11', NOVEMBER),
      base: null,
    });
    expect(parent).toMatch(/下级 2 个中 1 个数据不足/);
  });

  test('names areas in warning and a change too small to matter', () => {
    const { zh, en } = draftText({
      framework,
      area: 's',
      current: published('2026-11', factsOf({ g1: { online: [50, 100], closed: [50, 100] } })),
      base: {
        publication: published('2025-11', factsOf({ g1: { online: [50, 100], closed: [50, 100] } }), {
          own: { ...framework, validFrom: '2025-01-01' },
        }),
        framework,
        kind: 'year-ago',
      },
    });
    expect(zh).toMatch(/与上年同期（2025-11）基本持平（\+0\.00 分）。未达目标.*处于预警的有 1 个：c1区/);
    expect(en).toMatch(/Practically unchanged from the same period a year ago.*In warning \(1\): c1/);
  });

  test('is refused for an area that is not there', () => {
    expect(() =>
      draftText({ framework, area: 'x', current: published('2026-11', NOVEMBER), base: null }),
    ).toThrow(/no area "x" in 2026-11/);
  });
});
