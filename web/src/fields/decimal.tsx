/** Exact decimals with a fixed scale, strings on the wire. */
import { IconDecimal } from '@tabler/icons-react';
import { language, t } from '../i18n';
import { showDecimal } from '../lib/decimal';
import { ORDER, defineField } from './define_field';
import { TextBox } from './parts/TextBox';
import { checkNumber, readNumber } from './parts/number';
import css from './parts/parts.module.css';
import { setting } from './parts/setting';

export default defineField<string>({
  type: 'decimal',
  icon: IconDecimal,
  label: () => t.fields.types.decimal,
  align: 'end',
  width: 130,
  Cell: ({ value }) => <span className={css.number}>{showDecimal(String(value), language)}</span>,
  Input: (props) => (
    <TextBox
      {...props}
      align="end"
      inputMode="decimal"
      show={String}
      display={(value) => showDecimal(value, language)}
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
    setting('scale', 'integer', t.fields.settings.scale, {
      required: true,
      settings: { min: 0, max: 9 },
    }),
    setting('min', 'decimal', t.fields.settings.min, { settings: { scale: 9 } }),
    setting('max', 'decimal', t.fields.settings.max, { settings: { scale: 9 } }),
  ],
  defaults: () => ({ scale: 2 }),
});
