/** Plain dates (`2017-03-01`, no zone) and instants (UTC), shown in a language and a time zone. */
import { dateFormat } from './formats';

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** A real calendar day, or null. */
export function readIsoDate(text: string): string | null {
  const match = DATE.exec(text);
  if (!match) return null;
  const date = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== text ? null : text;
}

/** Reads what people type: `2017-3-1`, `2017/03/01`, `2017.3.1`, `2017年3月1日`. */
export function readDate(text: string): string | null {
  const match = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text.normalize('NFKC').trim());
  if (!match) return null;
  return readIsoDate(`${match[1]}-${match[2]!.padStart(2, '0')}-${match[3]!.padStart(2, '0')}`);
}

export function showDate(value: string, language: string): string {
  if (!readIsoDate(value)) return value;
  const options: Intl.DateTimeFormatOptions = {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    timeZone: 'UTC',
  };
  return dateFormat(language, options).format(new Date(`${value}T00:00:00Z`));
}

export function showInstant(value: string, language: string, timeZone?: string): string {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return value;
  const options: Intl.DateTimeFormatOptions = {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  };
  return dateFormat(language, options).format(date);
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** `3 hours ago`, `yesterday`, `in 2 weeks`. */
export function showAgo(value: string, language: string, now: number = Date.now()): string {
  const seconds = (new Date(value).getTime() - now) / 1000;
  if (Number.isNaN(seconds)) return value;
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const step = STEPS.find(([, size]) => Math.abs(seconds) >= size);
  return step ? format.format(Math.round(seconds / step[1]), step[0]) : format.format(0, 'second');
}

/** The wall clock of an instant in a zone: `2017-03-01T09:30`. */
export function toWall(instant: string, timeZone: string): string {
  const parts = dateFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(new Date(instant));
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

/** The instant at which a zone's clocks show `wall`; in the hour that a change skips, the later one. */
export function fromWall(wall: string, timeZone: string): string | null {
  const isWall = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(wall);
  const asUtc = isWall ? Date.parse(`${wall}:00Z`) : Number.NaN;
  if (Number.isNaN(asUtc)) return null;
  const offsetAt = (ms: number) =>
    Date.parse(`${toWall(new Date(ms).toISOString(), timeZone)}:00Z`) - ms;
  // Two rounds settle the offset on both sides of a change of the clocks.
  const first = asUtc - offsetAt(asUtc);
  return new Date(asUtc - offsetAt(first)).toISOString();
}

/** Today in a zone as a plain date. */
export function today(timeZone: string, now: number = Date.now()): string {
  return toWall(new Date(now).toISOString(), timeZone).slice(0, 10);
}
