/** Money in one fixed currency; exact, strings on the wire. */
import { IconCash } from '@tabler/icons-react';
import { language, t } from '../i18n';
import { showDecimal } from '../lib/decimal';
import { ORDER, defineField } from './define_field';
import { TextBox } from './parts/TextBox';
import { checkNumber, readNumber } from './parts/number';
import css from './parts/parts.module.css';
import { choice, setting } from './parts/setting';

const CURRENCIES = 'CNY USD EUR GBP JPY HKD TWD SGD AUD CAD CHF INR KRW THB MYR VND'.split(' ');

function currencyName(code: string): string {
  const names = new Intl.DisplayNames(language, { type: 'currency' });
  return `${code} · ${names.of(code) ?? code}`;
}

export default defineField<string>({
  type: 'currency',
  icon: IconCash,
  label: () => t.fields.types.currency,
  align: 'end',
  width: 130,
  Cell: ({ value, field }) => (
    <span className={css.number}>
      {showDecimal(String(value), language, field.settings?.currency)}
    </span>
  ),
  Input: (props) => (
    <TextBox
      {...props}
      align="end"
      inputMode="decimal"
      placeholder={symbol(props.field.settings?.currency)}
      show={String}
      display={(value) => showDecimal(value, language, props.field.settings?.currency)}
      read={(text) => {
        const reading = readNumber(text, props.field);
        return reading.ok ? reading.value! : text;
      }}
    />
  ),
  check: checkNumber,
  toText: (value) => (value == null ? '' : String(value)),
  fromText: readNumber,
  typing: 'line',
  operators: ORDER,
  isSortable: true,
  aggregates: ['sum', 'average', 'min', 'max'],
  settings: () => [
    setting('currency', 'select', t.fields.settings.currency, {
      required: true,
      settings: { options: CURRENCIES.map((code) => choice(code, currencyName(code))) },
    }),
    setting('min', 'decimal', t.fields.settings.min),
    setting('max', 'decimal', t.fields.settings.max),
  ],
  defaults: () => ({ currency: language === 'zh-CN' ? 'CNY' : 'USD' }),
});

function symbol(currency = 'USD'): string {
  const parts = new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
  }).formatToParts(0);
  return parts.find((part) => part.type === 'currency')?.value ?? currency;
}
