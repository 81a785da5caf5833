/** The values a step sets, as the fields they fill. */
import type { AutomationStep } from '../../api/types';
import { toText } from '../../fields';
import { t } from '../../i18n';
import { type Json, isObject } from '../../lib/json';
import type { Entity } from '../../meta/catalogue';
import { fieldLabel } from '../../meta/label';
import { useMeta } from '../../meta/use_meta';
import css from './AutomationPage.module.css';

interface StepValuesProps {
  step: AutomationStep;
  /** The entity of the trigger: what `update_record` changes. */
  entity: Entity | undefined;
}

function text(target: Entity, name: string, value: Json): string {
  if (isObject(value) && typeof value['from'] === 'string') {
    return t.build.automations.from(value['from']);
  }
  const field = target.byName.get(name);
  return field ? toText(value, field) : JSON.stringify(value);
}

export function StepValues({ step, entity }: StepValuesProps) {
  const { entities } = useMeta();
  const { values } = step.settings;
  const target =
    step.type === 'create_record' ? entities.get(String(step.settings['entity'])) : entity;
  if (!isObject(values) || !target) return null;
  return (
    <dl className={css.values}>
      {Object.entries(values).map(([name, value]) => (
        <div key={name}>
          <dt>{fieldLabel(target, name)}</dt>
          <dd>{text(target, name, value)}</dd>
        </div>
      ))}
    </dl>
  );
}
