/** A period relative to today: this month, the last 7 days, the next 2 weeks. */
import { NumberInput, Select } from '@mantine/core';
import { t } from '../../i18n';
import { isObject, type Json } from '../../lib/json';
import css from './filter.module.css';

const UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const;
const WAYS = ['this', 'last', 'next'] as const;
type Unit = (typeof UNITS)[number];
type Way = (typeof WAYS)[number];

interface Period {
  way: Way;
  count: number;
  unit: Unit;
}

const COUNT_MAX = 1_000;

function readPeriod(value: Json | undefined): Period {
  const object = isObject(value) ? value : {};
  const unitOf = (text: unknown): Unit => UNITS.find((unit) => unit === text) ?? 'month';
  for (const way of ['last', 'next'] as const) {
    if (typeof object[way] === 'number') {
      return { way, count: object[way], unit: unitOf(object['unit']) };
    }
  }
  return { way: 'this', count: 7, unit: unitOf(object['this']) };
}

function toValue({ way, count, unit }: Period): Json {
  return way === 'this' ? { this: unit } : { [way]: count, unit };
}

interface PeriodInputProps {
  value: Json | undefined;
  onChange: (value: Json) => void;
}

export function PeriodInput({ value, onChange }: PeriodInputProps) {
  const period = readPeriod(value);
  const { filter } = t.views;
  const put = (change: Partial<Period>) => onChange(toValue({ ...period, ...change }));
  const units = period.way === 'this' ? filter.units : filter.unitsMany;
  return (
    <div className={css.period}>
      <Select
        size="xs"
        aria-label={filter.period}
        allowDeselect={false}
        placeholder={filter.choose}
        value={value === undefined ? null : period.way}
        data={WAYS.map((way) => ({ value: way, label: filter.periods[way] }))}
        onChange={(way) => way && put({ way })}
      />
      {period.way !== 'this' && (
        <NumberInput
          size="xs"
          aria-label={filter.amount}
          min={1}
          max={COUNT_MAX}
          clampBehavior="strict"
          allowDecimal={false}
          value={period.count}
          onChange={(count) => typeof count === 'number' && count >= 1 && put({ count })}
        />
      )}
      <Select
        size="xs"
        aria-label={filter.unit}
        allowDeselect={false}
        value={value === undefined ? null : period.unit}
        data={UNITS.map((unit) => ({ value: unit, label: units[unit] }))}
        onChange={(unit) => unit && put({ unit })}
      />
    </div>
  );
}
