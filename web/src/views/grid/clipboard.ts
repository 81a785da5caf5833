// Cells to and from the clipboard, in the dialect that Excel, Numbers, Google Sheets and WPS share:
// tabs between cells, newlines between rows, quotes around cells that hold either. Pure.

/** A rectangle of text, row by row. */
export type Cells = string[][];

const NEEDS_QUOTES = /[\t\r\n]|^"/;

/** Text for `text/plain`; rows end with CRLF, as Excel expects. */
export function formatCells(cells: Cells): string {
  return cells.map((row) => row.map(quote).join('\t')).join('\r\n');
}

function quote(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The same rectangle for `text/html`, so that documents and mail get a table. */
export function formatHtml(cells: Cells): string {
  const body = cells.map(
    (row) => `<tr>${row.map((text) => `<td>${html(text)}</td>`).join('')}</tr>`,
  );
  return `<meta charset="utf-8"><table>${body.join('')}</table>`;
}

function html(text: string): string {
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return safe.replace(/\r\n|\r|\n/g, '<br>');
}

/** Reads what a spreadsheet put on the clipboard. Rows are filled up to the same length. */
export function parseCells(text: string): Cells {
  const rows: Cells = [];
  let row: string[] = [];
  let at = 0;
  while (at <= text.length) {
    const cell = readQuoted(text, at) ?? readPlain(text, at);
    row.push(cell.text);
    at = cell.end;
    const mark = text[at];
    if (mark === '\t') {
      at += 1;
      continue;
    }
    rows.push(row);
    row = [];
    if (mark === undefined) break;
    at += text.startsWith('\r\n', at) ? 2 : 1;
    // A newline at the very end closes the last row; it does not open another.
    if (at === text.length) break;
  }
  return fillUp(rows);
}

interface Read {
  text: string;
  end: number;
}

function readPlain(text: string, start: number): Read {
  let end = start;
  while (end < text.length && !'\t\r\n'.includes(text[end] as string)) end += 1;
  return { text: text.slice(start, end), end };
}

/** A quoted cell, or null when the quote does not close before a separator: then it is plain text. */
function readQuoted(text: string, start: number): Read | null {
  if (text[start] !== '"') return null;
  let at = start + 1;
  while (at < text.length) {
    if (text[at] !== '"') at += 1;
    else if (text[at + 1] === '"') at += 2;
    else break;
  }
  const after = text[at + 1];
  if (at >= text.length || (after !== undefined && !'\t\r\n'.includes(after))) return null;
  const inner = text
    .slice(start + 1, at)
    .replaceAll('""', '"')
    .replace(/\r\n?/g, '\n');
  return { text: inner, end: at + 1 };
}

function fillUp(rows: Cells): Cells {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  return rows.map((row) => [...row, ...Array<string>(width - row.length).fill('')]);
}

/** One cell that a paste would write; `row` may lie past the last row, which asks for a new record. */
export interface PasteCell {
  row: number;
  column: number;
  text: string;
}

/** A rectangle of the grid, ends included. */
export interface Rectangle {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

/**
 * Which cells a paste writes. As in a spreadsheet: a selection that is a whole multiple of what was
 * copied is filled by repeating it, anything else is written once from the top left corner.
 */
export function pasteCells(copied: Cells, target: Rectangle, columnCount: number): PasteCell[] {
  const height = copied.length;
  const width = copied[0]?.length ?? 0;
  if (height === 0 || width === 0) return [];
  const rows = target.bottom - target.top + 1;
  const columns = target.right - target.left + 1;
  const repeats = rows % height === 0 && columns % width === 0;
  const bottom = target.top + (repeats ? rows : height);
  const right = Math.min(target.left + (repeats ? columns : width), columnCount);
  const cells: PasteCell[] = [];
  for (let row = target.top; row < bottom; row++) {
    const source = copied[(row - target.top) % height] as string[];
    for (let column = target.left; column < right; column++) {
      cells.push({ row, column, text: source[(column - target.left) % width] as string });
    }
  }
  return cells;
}

/** How many copied columns find no column in the grid; the person is told, they are not dropped silently. */
export function columnsCutOff(copied: Cells, target: Rectangle, columnCount: number): number {
  return Math.max(target.left + (copied[0]?.length ?? 0) - columnCount, 0);
}
