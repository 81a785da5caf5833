/** A calendar day without a zone. */
import { IconCalendar } from '@tabler/icons-react';
import { language, t } from '../i18n';
import { readDate, readIsoDate, showDate } from '../lib/dates';
import { DATE, defineField } from './define_field';
import { DateBox } from './parts/pickers';
import css from './parts/parts.module.css';

export default defineField<string>({
  type: 'date',
  icon: IconCalendar,
  label: () => t.fields.types.date,
  width: 130,
  Cell: ({ value }) => <span className={css.number}>{showDate(value, language)}</span>,
  Input: (props) => (
    <DateBox
      {...props}
      placeholder={t.fields.pick.dateForm}
      show={String}
      display={(value) => showDate(value, language)}
      read={(text) => readDate(text) ?? text}
      dateOf={(value) => value}
      withDate={(_, date) => date}
    />
  ),
  check: (value) => (readIsoDate(String(value)) ? null : t.fields.problems.not_a_date),
  toText: (value) => value ?? '',
  fromText: (text) => {
    const value = readDate(text);
    return value ? { ok: true, value } : { ok: false, message: t.fields.problems.not_a_date };
  },
  typing: 'line_or_choice',
  operators: DATE,
  isSortable: true,
  aggregates: ['min', 'max'],
  settings: () => [],
});
