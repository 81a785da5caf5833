/** Whole numbers, JSON numbers on the wire. */
import { IconNumber123 } from '@tabler/icons-react';
import { language, t } from '../i18n';
import { showDecimal } from '../lib/decimal';
import { ORDER, defineField } from './define_field';
import { TextBox } from './parts/TextBox';
import { checkNumber, readNumber } from './parts/number';
import css from './parts/parts.module.css';
import { setting } from './parts/setting';

/** Raw text while it is not a whole number that a float holds exactly. */
function read(text: string): number | string {
  const reading = readNumber(text, { id: '', name: '', type: 'integer', label: {} });
  const value = reading.ok ? Number(reading.value) : Number.NaN;
  return Number.isSafeInteger(value) ? value : text;
}

export default defineField<number | string>({
  type: 'integer',
  icon: IconNumber123,
  label: () => t.fields.types.integer,
  align: 'end',
  width: 120,
  Cell: ({ value }) => (
    <span className={css.number}>
      {typeof value === 'number' ? new Intl.NumberFormat(language).format(value) : value}
    </span>
  ),
  Input: (props) => (
    <TextBox
      {...props}
      align="end"
      inputMode="numeric"
      show={String}
      display={(value) => showDecimal(String(value), language)}
      read={read}
    />
  ),
  check: (value, field) =>
    typeof value === 'string' &&
    typeof read(value) === 'string' &&
    checkNumber(value, field) === null
      ? t.fields.problems.too_long
      : checkNumber(value, field),
  toText: (value) => (value == null ? '' : String(value)),
  fromText: (text, field) => {
    const value = read(text);
    if (typeof value === 'number') return { ok: true, value };
    const reading = readNumber(text, field);
    return reading.ok ? { ok: false, message: t.fields.problems.too_long } : reading;
  },
  typing: 'line',
  operators: ORDER,
  isSortable: true,
  aggregates: ['sum', 'average', 'min', 'max'],
  settings: () => [
    setting('min', 'integer', t.fields.settings.min),
    setting('max', 'integer', t.fields.settings.max),
  ],
});
