/** What a column can be summed up to, and how the result reads. */
import { kindOf } from '../../fields';
import type { Field } from '../../api/types';
import { count, t } from '../../i18n';
import { addDecimals } from '../../lib/decimal';
import type { Json } from '../../lib/json';
import type { Measure } from '../data/aggregate';

export type Total = 'filled' | 'empty' | 'distinct' | 'sum' | 'average' | 'min' | 'max';

export function totalsOf(field: Field): Total[] {
  const kind = kindOf(field);
  if (kind.operators.length === 0) return [];
  return [...(kind.aggregates ?? []), 'filled', 'empty', 'distinct'];
}

export function isTotal(value: string | undefined, field: Field): value is Total {
  return value !== undefined && totalsOf(field).includes(value as Total);
}

/** How many are empty follows from how many are filled. */
export function measureOf(total: Total, field: string): Measure {
  if (total === 'filled' || total === 'empty') return { fn: 'count', field };
  if (total === 'distinct') return { fn: 'count_distinct', field };
  return { fn: total, field };
}

/** A total that is a number of records, as text; null when it is a value of the field. */
export function countTotal(total: Total, value: Json, rowCount: number): string | null {
  if (total === 'empty') return count(rowCount - Number(value ?? 0));
  if (total === 'filled' || total === 'distinct') return count(Number(value ?? 0));
  return value === null ? '–' : null;
}

export function totalLabel(total: Total): string {
  return t.views.totals[total];
}

/** Exact sum of the amounts in a selection; null when there are fewer than two. */
export function sumOf(values: readonly string[]): string | null {
  const amounts = values.filter((value) => /^-?\d+(\.\d+)?$/.test(value));
  return amounts.length > 1 ? addDecimals(amounts) : null;
}
