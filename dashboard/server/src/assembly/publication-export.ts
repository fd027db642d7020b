import { type PaperDocument, type SheetTable, writePaper, writeWorkbook } from '../reports/documents.ts';
import { FILE_TYPES } from '../reports/imports.ts';
import type { AreaResult, Publication } from '../routes/safety-index/schemas.ts';

/** Sheets with a row per area and indicator leave the grids out beyond so many rows. */
const MAX_NODE_ROWS = 60_000;
const LEVEL_NAMES = { district: '区', street: '街道', community: '社区', grid: '网格' } as const;
const STATE_NAMES = {
  draft: '草稿（未发布） Draft, not published',
  submitted: '待批准（未发布） Submitted, not published',
  published: '已发布 Published',
  superseded: '已被新版本取代 Superseded',
} as const;
const KIND_NAMES = { day: '日', week: '周', month: '月' } as const;
const INSUFFICIENT = '数据不足';

const interval = (range: AreaResult['rankInterval']) => (range === null ? null : `${range[0]}–${range[1]}`);
const percent = (share: number) => Math.round(share * 1000) / 10;

function aboutTable(publication: Publication): SheetTable {
  const { period, version, framework } = publication;
  return {
    title: '说明 About',
    columns: ['项目 Item', '内容 Content'],
    rows: [
      ['周期 Period', `${KIND_NAMES[period.kind]} ${period.start}`],
      ['版本 Version', version],
      ['状态 State', STATE_NAMES[publication.state]],
      ['计算时间 Computed at', publication.computedAt],
      ['指标体系 Framework', `${framework.name.zh} ${framework.version} (${framework.code})`],
      ['指标体系 SHA-256', framework.sha256],
      ['输入 SHA-256', publication.inputsSha256],
      ['软件 Software', publication.software],
      ['编制 Author', publication.author],
      ['批准 Approver', publication.approver],
      ['发布时间 Published at', publication.publishedAt],
      ['正文', publication.text.zh],
      ['Text', publication.text.en],
    ],
  };
}

function scoreTable(areas: readonly AreaResult[], title: string): SheetTable {
  return {
    title,
    columns: [
      '区域 Area',
      '编码 Code',
      '级别 Level',
      '得分 Score',
      '等级 Band',
      '排名 Rank',
      '排名区间 Interval',
      '数据占比 Data %',
      '连续预警 In a row',
    ],
    rows: areas.map((area) => [
      `${area.name.zh}${area.sample ? '（示例）' : ''}`,
      area.code,
      LEVEL_NAMES[area.level],
      area.score ?? INSUFFICIENT,
      area.band?.name.zh ?? null,
      area.rank,
      interval(area.rankInterval),
      percent(area.dataShare),
      area.consecutiveRed,
    ]),
  };
}

function nodeTable(areas: readonly AreaResult[]): SheetTable {
  const size = areas.reduce((sum, { nodes }) => sum + nodes.length, 0);
  const shown = size > MAX_NODE_ROWS ? areas.filter(({ level }) => level !== 'grid') : areas;
  return {
    title: '指标 Indicators',
    columns: [
      '区域 Area',
      '编码 Code',
      '指标 Indicator',
      '指标编码',
      '权重 Weight',
      '得分 Score',
      '数值 Value',
      '分子',
      '分母',
      '单位 Unit',
    ],
    rows: shown.flatMap(({ name, code, nodes }) =>
      nodes.map((node): (string | number | null)[] => [
        name.zh,
        code,
        node.name.zh,
        node.code,
        node.weight,
        node.score,
        node.value,
        node.numerator,
        node.denominator,
        node.unit,
      ]),
    ),
  };
}

function paperOf(publication: Publication): PaperDocument {
  const { period, areas, version, state, framework } = publication;
  const root = areas.find(({ parent }) => parent === null);
  const pillars = (root?.nodes ?? []).filter(
    ({ kind, parent }) => kind === 'group' && parent === root?.nodes[0]?.code,
  );
  const short = (own: readonly AreaResult[], title: string): SheetTable => ({
    title,
    columns: ['区域 Area', '得分 Score', '等级 Band', '排名 Rank', '区间 Interval'],
    rows: own.map(({ name, score, band, rank, rankInterval }) => [
      name.zh,
      score ?? INSUFFICIENT,
      band?.name.zh ?? null,
      rank,
      interval(rankInterval),
    ]),
  });
  const ranked = (level: AreaResult['level']) =>
    areas.filter((area) => area.level === level).sort((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity));
  const levels = (['street', 'community'] as const).flatMap((level) => {
    const own = ranked(level);
    return own.length === 0 ? [] : [short(own, `${LEVEL_NAMES[level]}排名 Ranking`)];
  });
  return {
    title: `${root?.name.zh ?? ''} ${framework.name.zh}`.trim(),
    subtitle: `${KIND_NAMES[period.kind]} ${period.start} · 第 ${version} 版 · ${STATE_NAMES[state]}`,
    paragraphs: [publication.text.zh, publication.text.en].filter((text) => text !== ''),
    tables: [
      short(
        areas.filter(({ parent }) => parent === null),
        '总体 Overall',
      ),
      {
        title: '构成 Pillars',
        columns: ['名称 Name', '权重 Weight', '得分 Score'],
        rows: pillars.map(({ name, weight, score }) => [
          `${name.zh} ${name.en}`,
          `${percent(weight)} %`,
          score ?? INSUFFICIENT,
        ]),
      },
      ...levels,
    ],
    footer: `输入 SHA-256 ${publication.inputsSha256} · ${publication.software}`,
  };
}

/** The publication as an Excel workbook (everything) or a PDF (what people read). Throws the problem "fonts-missing". */
export async function exportPublication(
  publication: Publication,
  format: 'xlsx' | 'pdf',
): Promise<{ name: string; type: string; bytes: Buffer }> {
  const { kind, start } = publication.period;
  const name = `pingan-index-${kind}-${start}-v${publication.version}.${format}`;
  if (format === 'pdf')
    return { name, type: 'application/pdf', bytes: await writePaper(paperOf(publication)) };
  const { areas } = publication;
  const tables = [aboutTable(publication), scoreTable(areas, '得分 Scores'), nodeTable(areas)];
  return { name, type: FILE_TYPES.xlsx, bytes: await writeWorkbook(tables) };
}
