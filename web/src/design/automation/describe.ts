/** An automation in words: what starts it, what it does. Pure. */
import type { AutomationDocument, AutomationStep } from '../../api/types';
import { t } from '../../i18n';
import { isObject } from '../../lib/json';
import type { Catalogue } from '../../meta/catalogue';
import { entityLabel, fieldLabel } from '../../meta/label';

function nameOf(catalogue: Catalogue, name: string): string {
  const entity = catalogue.entities.get(name);
  return entity ? entityLabel(entity, 'one') : name;
}

function listOf(names: string[]): string {
  return new Intl.ListFormat(document.documentElement.lang, { type: 'unit' }).format(names);
}

export function describeTrigger(automation: AutomationDocument, catalogue: Catalogue): string {
  const { on, entity: name, fields = [] } = automation.trigger;
  const entity = catalogue.entities.get(name);
  const what = t.build.automations.triggers[on](nameOf(catalogue, name));
  if (fields.length === 0 || !entity) return what;
  const labels = fields.map((field) => fieldLabel(entity, field));
  return `${what} ${t.build.automations.fields(listOf(labels))}`;
}

export function describeStep(
  step: AutomationStep,
  automation: AutomationDocument,
  catalogue: Catalogue,
): string {
  const { settings } = step;
  if (step.type === 'create_record') {
    return t.build.automations.create(nameOf(catalogue, String(settings['entity'])));
  }
  if (step.type === 'webhook') return t.build.automations.webhook(String(settings['endpoint']));
  if (step.type === 'update_record' && isObject(settings['values'])) {
    const entity = catalogue.entities.get(automation.trigger.entity);
    const names = Object.keys(settings['values']);
    return t.build.automations.update(
      listOf(names.map((name) => (entity ? fieldLabel(entity, name) : name))),
    );
  }
  return step.type;
}
