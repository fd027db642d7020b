import ExcelJS from 'exceljs';
import pdfmake from 'pdfmake';
import { answerTask } from '../base/worker-task.ts';
import type { DocumentTask, PaperDocument, PaperFonts, SheetTable } from './documents.ts';
import { checkZip } from './zip-size.ts';

const SHEET_NAME_LENGTH = 31;
const MAX_UNPACKED_BYTES = 200_000_000;

/** Text of a cell; moments are wall-clock times without a zone, as the sheet shows them. */
function cellText({ value, text }: ExcelJS.Cell): string {
  if (value instanceof Date)
    return value.toISOString().slice(0, 19).replace('T', ' ').replace(' 00:00:00', '');
  if (typeof value === 'number') return String(value);
  if (value !== null && typeof value === 'object' && 'result' in value) {
    return value.result instanceof Date
      ? value.result.toISOString().slice(0, 19).replace('T', ' ')
      : String(value.result);
  }
  return text;
}

async function readXlsx(task: Extract<DocumentTask, { kind: 'read-xlsx' }>): Promise<string[][]> {
  checkZip(task.bytes, MAX_UNPACKED_BYTES);
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(Uint8Array.from(task.bytes).buffer);
  const sheet = book.worksheets[0];
  if (sheet === undefined) throw new Error('the workbook has no sheet');
  if (sheet.rowCount > task.maxRows) throw new Error('the sheet has too many rows');
  const width = Math.min(sheet.columnCount, task.maxColumns);
  const rows: string[][] = [];
  for (let r = 1; r <= sheet.rowCount; r += 1) {
    const row = sheet.getRow(r);
    rows.push(Array.from({ length: width }, (_, c) => cellText(row.getCell(c + 1))));
  }
  return rows;
}

async function writeXlsx(tables: readonly SheetTable[]): Promise<Uint8Array> {
  const book = new ExcelJS.Workbook();
  for (const { title, columns, rows } of tables) {
    const sheet = book.addWorksheet(title.slice(0, SHEET_NAME_LENGTH), {
      views: [{ state: 'frozen', ySplit: 1 }],
    });
    sheet.addRow([...columns]).font = { bold: true };
    for (const row of rows) sheet.addRow([...row]);
    columns.forEach((name, i) => {
      const longest = Math.max(name.length, ...rows.slice(0, 200).map((row) => String(row[i] ?? '').length));
      const column = sheet.getColumn(i + 1);
      column.width = Math.min(60, longest * 1.6 + 2);
      // Codes and times are text: a spreadsheet must not turn them into numbers.
      if (rows.some((row) => typeof row[i] === 'string')) column.numFmt = '@';
    });
  }
  return new Uint8Array(await book.xlsx.writeBuffer());
}

function tableOf({ title, columns, rows }: SheetTable): object[] {
  const shown = (cell: string | number | null) =>
    typeof cell === 'number' ? String(Math.round(cell * 100) / 100) : (cell ?? '—');
  return [
    { text: title, bold: true, fontSize: 11, margin: [0, 10, 0, 4] },
    {
      layout: 'lightHorizontalLines',
      table: {
        headerRows: 1,
        widths: columns.map((_, i) => (i === 0 ? '*' : 'auto')),
        body: [columns.map((text) => ({ text, bold: true })), ...rows.map((row) => row.map(shown))],
      },
    },
  ];
}

async function writePdf(paper: PaperDocument, { regular, bold }: PaperFonts): Promise<Uint8Array> {
  pdfmake.setFonts({
    Sans: {
      normal: [regular.file, regular.name],
      bold: [bold.file, bold.name],
      italics: [regular.file, regular.name],
      bolditalics: [bold.file, bold.name],
    },
  });
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy((path) => path === regular.file || path === bold.file);
  const document = pdfmake.createPdf({
    pageSize: 'A4',
    pageMargins: [48, 48, 48, 48],
    defaultStyle: { font: 'Sans', fontSize: 9, lineHeight: 1.25 },
    info: { title: paper.title },
    footer: (page: number, pages: number) => ({
      columns: [
        { text: paper.footer, margin: [48, 0, 0, 0] },
        { text: `${page} / ${pages}`, alignment: 'right', width: 60, margin: [0, 0, 48, 0] },
      ],
      fontSize: 7,
    }),
    content: [
      { text: paper.title, fontSize: 18, bold: true },
      { text: paper.subtitle, fontSize: 10, margin: [0, 2, 0, 12] },
      ...paper.paragraphs.map((text) => ({ text, margin: [0, 0, 0, 8] })),
      ...paper.tables.flatMap(tableOf),
    ],
  });
  return new Uint8Array(await document.getBuffer());
}

await answerTask((task: DocumentTask): Promise<string[][] | Uint8Array> => {
  if (task.kind === 'read-xlsx') return readXlsx(task);
  return task.kind === 'write-xlsx' ? writeXlsx(task.tables) : writePdf(task.paper, task.fonts);
});
