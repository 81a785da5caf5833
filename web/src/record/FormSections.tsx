/** The sections of a form in two columns; one on a phone or in a narrow sheet. */
import type { ReactNode } from 'react';
import type { Field } from '../api/types';
import { FieldRow } from './FieldRow';
import css from './FormSections.module.css';
import type { FormModel } from './form_model';
import type { FormSection } from './form_tree';

interface FormSectionsProps {
  sections: readonly FormSection[];
  form: FormModel;
  isQuiet?: boolean;
  /** All fields below each other. */
  isNarrow?: boolean;
  autoFocus?: string;
  renderRelated?: (field: Field, title: string) => ReactNode;
}

export function FormSections(props: FormSectionsProps) {
  const { sections, form, isQuiet, isNarrow } = props;
  return sections.map((section) => {
    const fields = section.items.filter((item) => item.kind === 'field');
    const related = section.items.filter((item) => item.kind === 'related');
    return (
      <section key={section.key} className={css.section}>
        {section.title && fields.length > 0 && <h2 className={css.title}>{section.title}</h2>}
        {fields.length > 0 && (
          <div className={css.grid} data-dense={(isNarrow && isQuiet) || undefined}>
            {fields.map((item) => (
              <FieldRow
                key={item.field.name}
                field={item.field}
                form={form}
                width={isNarrow ? 12 : item.width}
                isQuiet={isQuiet}
                isBeside={isNarrow && isQuiet}
                isRequired={item.isRequired}
                isReadOnly={item.isReadOnly}
                autoFocus={props.autoFocus === item.field.name}
              />
            ))}
          </div>
        )}
        {related.map((item) => (
          <div key={item.field.name}>
            {props.renderRelated?.(
              item.field,
              fields.length === 0 && related.length === 1 ? section.title : '',
            )}
          </div>
        ))}
      </section>
    );
  });
}
