/** One field of a form: label, input (or the value where it may not be changed), problem, help. */
import type { Field } from '../api/types';
import { kindOf } from '../fields';
import { loadPickers } from '../fields/parts/pickers';
import { label, t } from '../i18n';
import { isEmpty } from '../lib/json';
import css from './FieldRow.module.css';
import type { FormModel } from './form_model';

// With the code of forms, not after their first drawing.
loadPickers();

interface FieldRowProps {
  field: Field;
  form: FormModel;
  isRequired?: boolean;
  isReadOnly?: boolean;
  autoFocus?: boolean;
  /** Controls without a frame until they are touched, for editing in place. */
  isQuiet?: boolean;
  /** The label beside the value, not above it. */
  isBeside?: boolean;
  width?: number;
}

export function FieldRow({ field, form, width = 12, isQuiet, ...props }: FieldRowProps) {
  const kind = kindOf(field);
  const { name } = field;
  const isRequired = props.isRequired ?? field.required === true;
  const value = form.values[name];
  const problem = form.problems[name];
  const help = label(field.help);
  const id = `${form.id}-${name}`;
  const describedBy = [problem && `${id}-problem`, help && `${id}-help`].filter(Boolean).join(' ');
  const { Input, Cell } = kind;
  const isWritable = Input !== undefined && !props.isReadOnly && form.canWrite(field);
  return (
    <div
      className={css.row}
      data-quiet={isQuiet || undefined}
      data-inline={(kind.isInline && isWritable && !isQuiet) || undefined}
      data-beside={props.isBeside || undefined}
      data-dirty={form.isDirty(name) || undefined}
      data-field={name}
      style={{ gridColumn: `span ${width}` }}
    >
      {isWritable ? (
        <label className={css.label} htmlFor={id}>
          {label(field.label, name)}
          {isRequired && (
            <span className={css.required} title={t.fields.problems.required} aria-hidden>
              *
            </span>
          )}
        </label>
      ) : (
        <span className={css.label} id={`${id}-label`}>
          {label(field.label, name)}
        </span>
      )}
      {isWritable ? (
        <Input
          id={id}
          field={isRequired && !field.required ? { ...field, required: true } : field}
          value={value ?? null}
          place="form"
          autoFocus={props.autoFocus}
          isQuiet={isQuiet}
          invalid={problem !== undefined}
          aria-describedby={describedBy || undefined}
          aria-required={isRequired || undefined}
          onChange={(next) => form.set(name, next)}
          onCommit={form.commit && (() => form.commit!(name))}
          onCancel={form.cancel && (() => form.cancel!(name))}
        />
      ) : (
        <div className={css.value} aria-labelledby={`${id}-label`} role="group">
          {isEmpty(value) ? (
            <span className={css.empty}>–</span>
          ) : (
            <Cell value={value!} field={field} place="page" />
          )}
        </div>
      )}
      {problem && (
        <p className={css.problem} id={`${id}-problem`} role="alert">
          {problem}
        </p>
      )}
      {help && !problem && !isQuiet && (
        <p className={css.help} id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
}
