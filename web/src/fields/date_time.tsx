/** An instant, stored in UTC, shown and typed on the workspace's clock. */
import { IconCalendarClock } from '@tabler/icons-react';
import { language, t, timeZone } from '../i18n';
import { fromWall, readDate, showInstant, toWall } from '../lib/dates';
import { DATE, defineField } from './define_field';
import { DateBox } from './parts/pickers';
import css from './parts/parts.module.css';

const isInstant = (value: string) => /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:?\d{2})$/.test(value);

/** `2026-01-31 09:30`, or a day alone (midnight); null when it is neither. */
function read(text: string): string | null {
  const plain = text.normalize('NFKC').trim();
  if (isInstant(plain)) return plain;
  const match = /^(.+?)(?:[T\s]+(\d{1,2}):(\d{2}))?$/.exec(plain);
  const date = match ? readDate(match[1]!) : null;
  if (!match || !date || Number(match[2] ?? 0) > 23 || Number(match[3] ?? 0) > 59) return null;
  return fromWall(`${date}T${(match[2] ?? '0').padStart(2, '0')}:${match[3] ?? '00'}`, timeZone);
}

const show = (value: string) =>
  isInstant(value) ? toWall(value, timeZone).replace('T', ' ') : value;

export default defineField<string>({
  type: 'date_time',
  icon: IconCalendarClock,
  label: () => t.fields.types.date_time,
  width: 170,
  Cell: ({ value }) => <span className={css.number}>{showInstant(value, language, timeZone)}</span>,
  Input: (props) => (
    <DateBox
      {...props}
      placeholder={t.fields.pick.dateTimeForm}
      show={show}
      display={(value) => showInstant(value, language, timeZone)}
      read={(text) => read(text) ?? text}
      dateOf={(value) => show(value).slice(0, 10)}
      withDate={(value, date) => {
        const time = value && isInstant(value) ? toWall(value, timeZone).slice(11) : '09:00';
        return fromWall(`${date}T${time}`, timeZone) ?? date;
      }}
    />
  ),
  check: (value) => (isInstant(String(value)) ? null : t.fields.problems.not_a_date_time),
  toText: (value) => (value == null ? '' : show(value)),
  fromText: (text) => {
    const value = read(text);
    return value ? { ok: true, value } : { ok: false, message: t.fields.problems.not_a_date_time };
  },
  typing: 'line_or_choice',
  operators: DATE,
  isSortable: true,
  aggregates: ['min', 'max'],
  settings: () => [],
});
