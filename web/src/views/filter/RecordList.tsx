/** Several records to compare a link with: chips, and a picker for one more. */
import { CloseButton } from '@mantine/core';
import { useId } from 'react';
import type { Field } from '../../api/types';
import { kindOf } from '../../fields';
import { useLinkTarget } from '../../fields/parts/use_title';
import { t } from '../../i18n';
import type { Json } from '../../lib/json';
import css from './filter.module.css';
import { variableOf } from './tree';

interface RecordListProps {
  field: Field;
  entity: string;
  value: Json[];
  onChange: (value: Json[]) => void;
}

export function RecordList({ field, entity, value, onChange }: RecordListProps) {
  const id = useId();
  const { Input } = kindOf(field);
  return (
    <div className={css.records}>
      {value.map((item) => (
        <span key={JSON.stringify(item)} className={css.variable}>
          <RecordTitle entity={entity} value={item} />
          <CloseButton
            size="xs"
            aria-label={t.common.remove}
            onClick={() => onChange(value.filter((other) => other !== item))}
          />
        </span>
      ))}
      {Input && (
        <Input
          id={id}
          place="form"
          field={{ ...field, required: false }}
          value={null}
          aria-label={t.views.filter.value}
          placeholder={t.views.filter.choose}
          onChange={(next) => {
            if (next !== null && !value.includes(next)) onChange([...value, next]);
          }}
        />
      )}
    </div>
  );
}

function RecordTitle({ entity, value }: { entity: string; value: Json }) {
  const target = useLinkTarget(entity, value);
  if (variableOf(value) === 'me') return <>{t.views.filter.me}</>;
  return <>{target?.title ?? t.fields.pick.noAccess}</>;
}
