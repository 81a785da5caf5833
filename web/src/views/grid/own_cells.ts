/** Cells copied here carry their values along, inside the HTML on the clipboard. */
import type { Field, RecordRow } from '../../api/types';
import { toText } from '../../fields';
import { isObject } from '../../lib/json';
import { bare } from '../data/edits';
import { formatCells, formatHtml, type PasteCell, type Rectangle } from './clipboard';
import type { GridColumn } from './model';
import type { OwnCells } from './paste';

const MARK = 'data-tessera-cells';

/** What goes on the clipboard for a rectangle of records and columns. */
export function clipboardOf(
  records: readonly RecordRow[],
  columns: readonly GridColumn[],
): { text: string; html: string } {
  const texts = records.map((record) =>
    columns.map(({ name, field }) => toText(record[name], field)),
  );
  const own: OwnCells = {
    fields: columns.map(({ field }) => field),
    rows: records.map((record) => columns.map(({ name }) => bare(record[name]))),
  };
  const data = encodeURIComponent(JSON.stringify(own));
  return {
    text: formatCells(texts),
    html: formatHtml(texts).replace('<table>', `<table ${MARK}="${data}">`),
  };
}

/** The values behind copied HTML, when it is ours; null for everything else. */
export function readOwn(html: string): OwnCells | null {
  const data = new RegExp(`${MARK}="([^"]*)"`).exec(html)?.[1];
  if (data === undefined) return null;
  try {
    const own: unknown = JSON.parse(decodeURIComponent(data));
    const isOwn = isObject(own) && Array.isArray(own['fields']) && Array.isArray(own['rows']);
    return isOwn ? (own as unknown as OwnCells) : null;
  } catch {
    return null;
  }
}

/** Finds the copied value of a pasted cell; the copied rectangle repeats over a larger one. */
export function ownValue(own: OwnCells | null, target: Rectangle) {
  return (cell: PasteCell) => {
    if (!own || own.rows.length === 0) return null;
    const row = own.rows[(cell.row - target.top) % own.rows.length];
    const at = (cell.column - target.left) % own.fields.length;
    const field: Field | undefined = own.fields[at];
    return row && field ? { field, value: row[at] ?? null } : null;
  };
}
