/** What a condition compares with: nothing, one value, two, a list, or a period. */
import { CloseButton, MultiSelect, SegmentedControl, TagsInput } from '@mantine/core';
import { useId } from 'react';
import type { Field } from '../../api/types';
import { fromText, kindOf, toText } from '../../fields';
import { label, t } from '../../i18n';
import type { Op } from '../../lib/filter';
import type { Json } from '../../lib/json';
import { linkedEntity } from '../data/titles';
import { PeriodInput } from './PeriodInput';
import { RecordList } from './RecordList';
import { variablesOf } from './fields';
import css from './filter.module.css';
import { needsValue, variableOf } from './tree';

interface ValueInputProps {
  field: Field;
  op: Op;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
}

export function ValueInput({ field, op, value, onChange }: ValueInputProps) {
  if (!needsValue(op)) return null;
  if (op === 'within') return <PeriodInput value={value} onChange={onChange} />;
  if (op === 'in' || op === 'not_in') {
    return <ManyValues field={field} value={value} onChange={onChange} />;
  }
  if (op !== 'between') return <OneValue field={field} value={value} onChange={onChange} />;
  const [from = null, to = null] = Array.isArray(value) ? value : [];
  return (
    <div className={css.pair}>
      <OneValue field={field} value={from} onChange={(next) => onChange([next ?? null, to])} />
      <span>{t.views.filter.and}</span>
      <OneValue field={field} value={to} onChange={(next) => onChange([from, next ?? null])} />
    </div>
  );
}

type OneProps = Omit<ValueInputProps, 'op'>;

function OneValue({ field, value, onChange }: OneProps) {
  const id = useId();
  const kind = kindOf(field);
  const variable = variableOf(value);
  const { filter } = t.views;
  if (variable === 'me' || variable === 'today' || variable === 'now') {
    return (
      <span className={css.variable}>
        {filter[variable]}
        <CloseButton size="xs" aria-label={t.common.clear} onClick={() => onChange(undefined)} />
      </span>
    );
  }
  if (kind.flip) {
    return (
      <SegmentedControl
        size="xs"
        value={value === false ? 'no' : 'yes'}
        data={[
          { value: 'yes', label: t.common.yes },
          { value: 'no', label: t.common.no },
        ]}
        onChange={(next) => onChange(next === 'yes')}
      />
    );
  }
  const Input = kind.FilterInput ?? kind.Input;
  if (!Input) return null;
  // In a condition no value is required, and no pattern or bound applies.
  const free = { ...field, required: false };
  return (
    <div className={css.one}>
      <Input
        id={id}
        place="form"
        field={free}
        value={value ?? null}
        aria-label={filter.value}
        placeholder={filter.choose}
        onChange={(next) => onChange(next ?? undefined)}
      />
      {variablesOf(field).map((name) => (
        <button
          key={name}
          type="button"
          className={css.variableOffer}
          onClick={() => onChange({ var: name })}
        >
          {filter[name]}
        </button>
      ))}
    </div>
  );
}

function ManyValues({ field, value, onChange }: OneProps) {
  const list = Array.isArray(value) ? value : [];
  const put = (next: Json[]) => onChange(next.length > 0 ? next : undefined);
  const target = linkedEntity(field);
  if (target) return <RecordList field={field} entity={target} value={list} onChange={put} />;
  const options = field.settings?.options;
  const shared = { size: 'xs', 'aria-label': t.views.filter.value, className: css.many };
  if (options) {
    return (
      <MultiSelect
        {...shared}
        searchable={options.length > 7}
        hidePickedOptions
        placeholder={list.length === 0 ? t.views.filter.choose : undefined}
        data={options.map((option) => ({
          value: option.name,
          label: label(option.label, option.name),
        }))}
        value={list.map(String)}
        onChange={put}
      />
    );
  }
  const read = (texts: string[]) =>
    texts.flatMap((text) => {
      const reading = fromText(text, field);
      return reading.ok && reading.value !== null ? [reading.value] : [];
    });
  return (
    <TagsInput
      {...shared}
      placeholder={list.length === 0 ? t.views.filter.choose : undefined}
      value={list.map((item) => toText(item, field))}
      onChange={(texts) => put(read(texts))}
    />
  );
}
