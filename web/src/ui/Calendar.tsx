/** The one calendar panel, loaded when it is first opened; the only user of @mantine/dates. */
import { DatePicker } from '@mantine/dates';
import '@mantine/dates/styles.layer.css';
import 'dayjs/locale/zh-cn';
import { language } from '../i18n';
import { readIsoDate } from '../lib/dates';

export interface CalendarProps {
  /** A plain date; anything else shows the current month. */
  value: string | null;
  today: string;
  onPick: (date: string) => void;
}

export default function Calendar({ value, today, onPick }: CalendarProps) {
  const chosen = value ? readIsoDate(value) : null;
  return (
    <DatePicker
      size="sm"
      locale={language === 'zh-CN' ? 'zh-cn' : 'en'}
      firstDayOfWeek={1}
      highlightToday
      value={chosen}
      defaultDate={chosen ?? today}
      onChange={(date) => date && onPick(date)}
    />
  );
}
