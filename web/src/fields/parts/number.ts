/** Reading, checking and bounding of the number types. Pure. */
import type { Field } from '../../api/types';
import { language, t } from '../../i18n';
import { compareDecimal, currencyScale, readDecimal, showDecimal } from '../../lib/decimal';
import type { Json } from '../../lib/json';
import type { Reading } from '../define_field';

export function scaleOf(field: Field): number {
  if (field.type === 'integer') return 0;
  if (field.type === 'currency') return currencyScale(field.settings?.currency ?? 'USD');
  return field.settings?.scale ?? 2;
}

function bound(value: string, field: Field): string | null {
  const { min, max } = field.settings ?? {};
  if (min != null && compareDecimal(value, String(min)) < 0) {
    return t.fields.problems.too_small(showDecimal(String(min), language));
  }
  if (max != null && compareDecimal(value, String(max)) > 0) {
    return t.fields.problems.too_large(showDecimal(String(max), language));
  }
  return null;
}

/** Exact decimal text, or why not. */
export function readNumber(text: string, field: Field): Reading<string> {
  const scale = scaleOf(field);
  const reading = readDecimal(text, scale);
  if (reading.ok) return reading;
  const { problems } = t.fields;
  if (reading.fault === 'too_many_decimals') {
    return {
      ok: false,
      message: scale === 0 ? problems.not_whole : problems.too_many_decimals(scale),
    };
  }
  return { ok: false, message: problems[reading.fault] };
}

export function checkNumber(value: Json, field: Field): string | null {
  const reading = readNumber(String(value), field);
  return reading.ok ? bound(reading.value!, field) : reading.message;
}
