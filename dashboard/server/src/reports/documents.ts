import { access } from 'node:fs/promises';
import { Problem } from '../base/problem.ts';
import { runInWorker, WorkerTaskError } from '../base/run-in-worker.ts';

/** A table of a document: a title, names of columns, rows. */
export type SheetTable = {
  title: string;
  columns: readonly string[];
  rows: readonly (readonly (string | number | null)[])[];
};
/** A document as people read it: headings, paragraphs, tables. */
export type PaperDocument = {
  title: string;
  subtitle: string;
  paragraphs: readonly string[];
  tables: readonly SheetTable[];
  footer: string;
};

export type DocumentTask =
  | { kind: 'read-xlsx'; bytes: Uint8Array; maxRows: number; maxColumns: number }
  | { kind: 'write-xlsx'; tables: readonly SheetTable[] }
  | { kind: 'write-pdf'; paper: PaperDocument; fonts: PaperFonts };
export type PaperFonts = { regular: FontFile; bold: FontFile };
type FontFile = { file: string; name: string };

const LIMITS = { timeoutMs: 60_000, memoryMb: 768, file: new URL('./document-worker.ts', import.meta.url) };
const MAX_ROWS = 100_000;
const MAX_COLUMNS = 64;

const FONT_FOLDERS = [
  '/usr/share/fonts/opentype/noto',
  '/usr/share/fonts/noto-cjk',
  '/usr/share/fonts/google-noto-cjk',
  '/usr/local/share/fonts',
];

async function firstReadable(files: readonly string[]): Promise<string | null> {
  for (const file of files) {
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    if (isThere) return file;
  }
  return null;
}

/** The fonts for a PDF among those of the system. Throws the problem "fonts-missing". */
async function findFonts(folders: readonly string[]): Promise<PaperFonts> {
  const at = (name: string) => folders.map((folder) => `${folder}/${name}`);
  const regular = await firstReadable(at('NotoSansCJK-Regular.ttc'));
  if (regular === null) throw new Problem('fonts-missing');
  const bold = await firstReadable(at('NotoSansCJK-Bold.ttc'));
  const plain = { file: regular, name: 'NotoSansCJKsc-Regular' };
  return { regular: plain, bold: bold === null ? plain : { file: bold, name: 'NotoSansCJKsc-Bold' } };
}

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The first sheet of a workbook as text, row by row. Throws the problem "invalid" for what is no workbook or too large. */
export async function readWorkbook(bytes: Uint8Array): Promise<string[][]> {
  const task: DocumentTask = { kind: 'read-xlsx', bytes, maxRows: MAX_ROWS, maxColumns: MAX_COLUMNS };
  try {
    return await runInWorker<DocumentTask, string[][]>(task, LIMITS);
  } catch (cause) {
    if (!(cause instanceof WorkerTaskError)) throw cause;
    throw new Problem('invalid', {
      field: 'body.file',
      message: `The file cannot be read as an Excel workbook of at most ${MAX_ROWS} rows: save it as .xlsx or CSV again.`,
      cause,
    });
  }
}

/** A workbook with one sheet per table. */
export async function writeWorkbook(tables: readonly SheetTable[]): Promise<Buffer> {
  return asBuffer(await runInWorker<DocumentTask, Uint8Array>({ kind: 'write-xlsx', tables }, LIMITS));
}

/** A PDF with Chinese fonts of the system. Throws the problem "fonts-missing". */
export async function writePaper(paper: PaperDocument, folders = FONT_FOLDERS): Promise<Buffer> {
  const fonts = await findFonts(folders);
  return asBuffer(await runInWorker<DocumentTask, Uint8Array>({ kind: 'write-pdf', paper, fonts }, LIMITS));
}
