/** The names that scripts may use, and the fields of the record at hand. */
import type { ScriptName } from '../../api/documents';
import { kindOf } from '../../fields';
import { label, t } from '../../i18n';
import type { Entity } from '../../meta/catalogue';
import css from './ScriptPage.module.css';
import { explanation } from './completion';

interface ScriptReferenceProps {
  names: readonly ScriptName[];
  entity: Entity | undefined;
}

export function ScriptReference({ names, entity }: ScriptReferenceProps) {
  return (
    <>
      <h2 className={css.head}>{t.build.entities.fields}</h2>
      <dl className={css.names}>
        {entity?.fields.map((field) => (
          <div key={field.name}>
            <dt>record.{field.name}</dt>
            <dd>
              {label(field.label)} · {kindOf(field).label()}
            </dd>
          </div>
        ))}
      </dl>
      <h2 className={css.head}>{t.build.scripts.functions}</h2>
      <dl className={css.names}>
        {names.map((name) => (
          <div key={`${name.kind}-${name.name}-${name.signature}`}>
            <dt>{name.signature}</dt>
            <dd>{explanation(name)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
