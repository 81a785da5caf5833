/** Exact decimals as text: read what people type, compare, add and show, never through a float. */
import { numberFormat } from './formats';

export type DecimalFault = 'not_a_number' | 'too_many_decimals' | 'too_long';
export type DecimalReading = { ok: true; value: string } | { ok: false; fault: DecimalFault };

/** More digits than this do not fit the stored 64-bit integer. */
const DIGITS_MAX = 18;

/** Full-width digits and signs, currency signs and blanks that people type or paste. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[−–—]/g, '-')
    .replace(/[\s'’_$€£¥₩₹元]/g, '');
}

/** Reads `1,234.5` with scale 2 as `1234.50`. Commas are accepted only where they group by three. */
export function readDecimal(text: string, scale: number): DecimalReading {
  const cleaned = plain(text);
  const match = /^([+-]?)(\d{1,3}(?:,\d{3})+|\d*)(?:\.(\d*))?$/.exec(cleaned);
  const whole = (match?.[2] ?? '').replace(/,/g, '');
  const fraction = (match?.[3] ?? '').replace(/0+$/, '');
  if (!match || (whole === '' && !/\.\d/.test(cleaned)))
    return { ok: false, fault: 'not_a_number' };
  if (fraction.length > scale) return { ok: false, fault: 'too_many_decimals' };
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  if (digits.length + scale > DIGITS_MAX) return { ok: false, fault: 'too_long' };
  const body = scale > 0 ? `${digits}.${fraction.padEnd(scale, '0')}` : digits;
  const isZero = /^[0.]*$/.test(body);
  return { ok: true, value: match[1] === '-' && !isZero ? `-${body}` : body };
}

/** A canonical decimal as a whole number of its smallest unit at `scale`. */
export function toScaled(value: string, scale: number): bigint {
  const negative = value.startsWith('-');
  const [whole = '0', fraction = ''] = value.replace(/^[+-]/, '').split('.');
  const scaled = BigInt(whole + fraction.slice(0, scale).padEnd(scale, '0'));
  return negative ? -scaled : scaled;
}

export function fromScaled(scaled: bigint, scale: number): string {
  const negative = scaled < 0n;
  const digits = (negative ? -scaled : scaled).toString().padStart(scale + 1, '0');
  const cut = digits.length - scale;
  const body = scale > 0 ? `${digits.slice(0, cut)}.${digits.slice(cut)}` : digits;
  return negative ? `-${body}` : body;
}

function scaleOf(value: string): number {
  return value.split('.')[1]?.length ?? 0;
}

export function compareDecimal(a: string, b: string): number {
  const scale = Math.max(scaleOf(a), scaleOf(b));
  const difference = toScaled(a, scale) - toScaled(b, scale);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

export function addDecimals(values: readonly string[]): string {
  const scale = values.reduce((most, value) => Math.max(most, scaleOf(value)), 0);
  return fromScaled(
    values.reduce((sum, value) => sum + toScaled(value, scale), 0n),
    scale,
  );
}

/** Shows a canonical decimal with the language's grouping; `Intl` reads the text, so it stays exact. */
export function showDecimal(value: string, language: string, currency?: string): string {
  if (!/^-?\d+(\.\d+)?$/.test(value)) return value;
  const scale = scaleOf(value);
  const digits = { minimumFractionDigits: scale, maximumFractionDigits: scale };
  const options: Intl.NumberFormatOptions = currency
    ? { ...digits, style: 'currency', currency, currencyDisplay: 'narrowSymbol' }
    : digits;
  return numberFormat(language, options).format(value as Intl.StringNumericLiteral);
}

/** Minor digits of a currency (2 for USD, 0 for JPY). */
export function currencyScale(currency: string): number {
  try {
    const format = numberFormat('en', { style: 'currency', currency });
    return format.resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}
