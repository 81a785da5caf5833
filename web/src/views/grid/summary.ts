/** What a selected range adds up to, as a spreadsheet tells it. */
import { kindOf } from '../../fields';
import { count, language, t } from '../../i18n';
import { showDecimal } from '../../lib/decimal';
import { isEmpty } from '../../lib/json';
import type { Rows } from '../data/rows';
import type { Rectangle } from './clipboard';
import type { GridColumn } from './model';
import { sumOf } from './totals';

/** Cells that are looked at; a larger range tells only its size. */
const CELLS_MAX = 20_000;

export function rangeSummary(rows: Rows, columns: GridColumn[], range: Rectangle): string {
  const height = range.bottom - range.top + 1;
  const width = range.right - range.left + 1;
  const size = t.views.grid.range(count(height), count(width));
  if (height * width > CELLS_MAX) return size;
  const summable = columns
    .slice(range.left, range.right + 1)
    .filter(({ field }) => kindOf(field).aggregates?.includes('sum'));
  const amounts: string[] = [];
  for (let row = range.top; row <= range.bottom; row++) {
    for (const { name } of summable) {
      const value = rows.at(row)?.[name];
      if (!isEmpty(value)) amounts.push(String(value));
    }
  }
  const sum = sumOf(amounts);
  if (sum === null) return size;
  return `${size} · ${t.views.totals.sum} ${showDecimal(sum, language)}`;
}
