import { Problem } from '../base/problem.ts';

const BOM = '\uFEFF';

/** Text of UTF-8 (with or without BOM), else of GB 18030 as Chinese spreadsheets write it. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

type State = { rows: string[][]; row: string[]; cell: string; quoted: boolean };

function endCell(state: State): void {
  state.row.push(state.cell.trim());
  state.cell = '';
}

function endRow(state: State): void {
  endCell(state);
  state.rows.push(state.row);
  state.row = [];
}

/**
 * Reads CSV (RFC 4180: quotes, doubled quotes, line breaks inside quotes; LF or CRLF; comma, semicolon or tab, whichever the
 * first line has). Throws the problem "invalid" for a quote that never ends.
 */
export function parseCsv(source: string): string[][] {
  const text = source.startsWith(BOM) ? source.slice(1) : source;
  const head = text.slice(0, text.search(/[\r\n]|$/));
  const separator = head.includes(',') ? ',' : head.includes(';') ? ';' : head.includes('\t') ? '\t' : ',';
  const state: State = { rows: [], row: [], cell: '', quoted: false };
  for (let i = 0; i < text.length; i += 1) {
    const sign = text[i] ?? '';
    if (state.quoted) {
      if (sign !== '"') state.cell += sign;
      else if (text[i + 1] === '"') {
        state.cell += '"';
        i += 1;
      } else state.quoted = false;
    } else if (sign === '"' && state.cell.trim() === '') {
      state.cell = '';
      state.quoted = true;
    } else if (sign === separator) endCell(state);
    else if (sign === '\n') endRow(state);
    else if (sign !== '\r') state.cell += sign;
  }
  if (state.quoted) {
    throw new Problem('invalid', {
      field: 'body.file',
      message: 'A quote in the file never ends: close it.',
    });
  }
  if (state.cell !== '' || state.row.length > 0) endRow(state);
  return state.rows;
}

const needsQuotes = /["\r\n,]|^\s|\s$/;

/** CSV with a BOM, so that spreadsheets read Chinese; cells that could act as formulas are made text. */
export function writeCsv(rows: readonly (readonly string[])[]): Buffer {
  const cell = (text: string) => {
    const safe = /^[=+@\t-]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
    return needsQuotes.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return Buffer.from(`${BOM}${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`);
}
