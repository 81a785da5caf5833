/** The record's title, large and edited in place. */
import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { label, t } from '../i18n';
import type { Entity } from '../meta/catalogue';
import css from './Title.module.css';
import type { FormModel } from './form_model';
import { toText } from '../fields';

/** Types whose text form is their value, so that a plain text box edits them. */
const TYPED = new Set(['text', 'long_text', 'email', 'phone', 'url']);

export function Title({ entity, form }: { entity: Entity; form: FormModel }) {
  const field = entity.titleField;
  const [typed, setTyped] = useState<string | null>(null);
  if (!field) return null;
  const value = form.values[field.name];
  const problem = form.problems[field.name];
  if (!TYPED.has(field.type) || !form.canWrite(field)) {
    return <h1 className={css.title}>{toText(value, field) || t.common.untitled}</h1>;
  }
  const leave = () => {
    setTyped(null);
    form.commit?.(field.name);
  };
  return (
    <div data-dirty={form.isDirty(field.name) || undefined}>
      <Textarea
        variant="unstyled"
        autosize
        minRows={1}
        classNames={{ input: css.input! }}
        aria-label={label(field.label, field.name)}
        placeholder={t.common.untitled}
        error={problem}
        value={typed ?? (typeof value === 'string' ? value : '')}
        onChange={(event) => {
          const text = event.currentTarget.value.replace(/\n/g, ' ');
          setTyped(text);
          form.set(field.name, text);
        }}
        onBlur={leave}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Enter') {
            event.preventDefault();
            event.currentTarget.blur();
          } else if (event.key === 'Escape') {
            event.stopPropagation();
            setTyped(null);
            form.cancel?.(field.name);
          }
        }}
      />
    </div>
  );
}
