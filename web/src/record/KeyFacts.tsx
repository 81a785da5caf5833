/** Three to four values that tell most about a record, below its title. */
import type { Field } from '../api/types';
import { kindOf } from '../fields';
import { label } from '../i18n';
import { type JsonObject, isEmpty } from '../lib/json';
import css from './KeyFacts.module.css';

export function KeyFacts(props: { fields: readonly Field[]; values: Readonly<JsonObject> }) {
  if (props.fields.length === 0) return null;
  return (
    <dl className={css.facts}>
      {props.fields.map((field) => {
        const { Cell } = kindOf(field);
        const value = props.values[field.name];
        return (
          <div key={field.name} className={css.fact}>
            <dt>{label(field.label, field.name)}</dt>
            <dd>
              {isEmpty(value) ? (
                <span className={css.empty}>–</span>
              ) : (
                <Cell value={value!} field={field} place="page" />
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
