/** A field definition as flat values for a form, and back. Pure. */
import type { Field, FieldSettings } from '../../api/types';
import { kindOf } from '../../fields';
import { setting } from '../../fields/parts/setting';
import { t } from '../../i18n';
import { type Json, type JsonObject, isEmpty } from '../../lib/json';
import { isMachineName, machineName } from '../../lib/text';
import { isNew } from './entity_draft';

const FLAGS = ['required', 'unique', 'indexed', 'personal'] as const;
/** No default can be typed for these: it would be a record or come from elsewhere. */
const NO_DEFAULT = new Set(['link', 'user', 'inverse']);
const NO_UNIQUE = new Set(['checkbox', 'long_text', 'stage', 'select', 'inverse']);

/** The form's fields, in groups: names, rules, the type's own settings. */
export function formOf(field: Field): { texts: Field[]; rules: Field[]; settings: Field[] } {
  const b = t.build;
  const kind = kindOf(field);
  return {
    texts: [
      setting('label_en', 'text', b.entities.labelEn),
      setting('label_zh', 'text', b.entities.labelZh),
      setting('name', 'text', b.entities.name, { required: true, help: b.entities.nameHelp }),
      setting('help_en', 'text', b.field.helpEn),
      setting('help_zh', 'text', b.field.helpZh),
    ],
    rules: [
      setting('required', 'checkbox', b.field.required),
      ...(NO_UNIQUE.has(field.type)
        ? []
        : [setting('unique', 'checkbox', b.field.unique, { help: b.field.uniqueHelp })]),
      setting('indexed', 'checkbox', b.field.indexed),
      setting('personal', 'checkbox', b.field.personal, { help: b.field.personalHelp }),
      ...(NO_DEFAULT.has(field.type) || !kind.Input
        ? []
        : [
            {
              ...setting('default', field.type, b.field.default),
              settings: field.settings ?? {},
            },
          ]),
    ],
    settings: kind.settings?.() ?? [],
  };
}

export function toValues(field: Field): JsonObject {
  const values: JsonObject = { ...(field.settings as JsonObject | undefined) };
  const put = (name: string, value: Json | undefined) => {
    if (!isEmpty(value)) values[name] = value!;
  };
  put('name', field.name);
  put('label_en', field.label.en);
  put('label_zh', field.label['zh-CN']);
  put('help_en', field.help?.en);
  put('help_zh', field.help?.['zh-CN']);
  put('default', field.default);
  for (const flag of FLAGS) if (field[flag]) values[flag] = true;
  return values;
}

function labelOf(en: Json | undefined, zh: Json | undefined) {
  return {
    ...(typeof en === 'string' && en ? { en } : {}),
    ...(typeof zh === 'string' && zh ? { 'zh-CN': zh } : {}),
  };
}

/** The machine name follows the English label until somebody gives another, or it is published. */
export function followLabel(before: Field, values: JsonObject): JsonObject {
  if (!isNew(before)) return values;
  const followed = before.name === machineName(before.label.en ?? '');
  if (!followed || values['name'] !== (before.name || undefined)) return values;
  const name = machineName(String(values['label_en'] ?? ''));
  return { ...values, name };
}

export function fromValues(field: Field, values: JsonObject): Field {
  const { settings: _, help: __, default: ___, ...rest } = field;
  const settings: JsonObject = {};
  for (const one of formOf(field).settings) {
    const value = values[one.name];
    if (!isEmpty(value)) settings[one.name] = value!;
  }
  const help = labelOf(values['help_en'], values['help_zh']);
  const flags = Object.fromEntries(
    FLAGS.map((flag) => [flag, values[flag] === true ? true : undefined]),
  );
  const made: Field = {
    ...rest,
    ...flags,
    name: String(values['name'] ?? ''),
    label: labelOf(values['label_en'], values['label_zh']),
    ...(Object.keys(help).length > 0 ? { help } : {}),
    ...(isEmpty(values['default']) ? {} : { default: values['default']! }),
    ...(Object.keys(settings).length > 0 ? { settings: settings as FieldSettings } : {}),
  };
  // Flags that are off are left out, as the server stores them.
  return Object.fromEntries(
    Object.entries(made).filter(([, value]) => value !== undefined),
  ) as unknown as Field;
}

/** What is missing or wrong before the server is asked, by the form's field names. */
export function checkField(field: Field, others: readonly Field[]): Record<string, string> {
  const problems: Record<string, string> = {};
  if (!isMachineName(field.name)) problems['name'] = t.build.entities.nameWrong;
  else if (others.some((one) => one.name === field.name && one.id !== field.id)) {
    problems['name'] = t.build.entities.nameTaken;
  }
  if (!field.label.en && !field.label['zh-CN']) {
    problems['label_en'] = t.build.entities.labelMissing;
  }
  for (const one of formOf(field).settings) {
    if (one.required && isEmpty((field.settings as JsonObject | undefined)?.[one.name])) {
      problems[one.name] = t.fields.problems.required;
    }
  }
  return problems;
}
