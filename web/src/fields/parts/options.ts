/** Options of select and stage fields: finding, reading, and which may be chosen now. Pure. */
import type { Field, Option } from '../../api/types';
import { label, t } from '../../i18n';
import type { Reading } from '../define_field';

export function optionsOf(field: Field): Option[] {
  return field.settings?.options ?? [];
}

export function findOption(field: Field, name: unknown): Option | undefined {
  return optionsOf(field).find((option) => option.name === name);
}

/** What may be chosen: not archived ones, but always the current value. */
export function choosable(field: Field, current: string | null): Option[] {
  return optionsOf(field).filter((option) => !option.archived || option.name === current);
}

/** Stages that `from` may move to; without a list of next stages, every one. */
export function nextStages(field: Field, from: string | null): Option[] {
  const allowed = findOption(field, from)?.to;
  const all = choosable(field, from);
  if (!allowed) return all;
  return all.filter((option) => option.name === from || allowed.includes(option.name));
}

const fold = (text: string) => text.normalize('NFKC').trim().toLowerCase();

/** An option by its name or its label in either language. */
export function readOption(text: string, field: Field): Reading<string> {
  const wanted = fold(text);
  const found = optionsOf(field).find((option) =>
    [option.name, option.label.en, option.label['zh-CN']].some(
      (form) => form !== undefined && fold(form) === wanted,
    ),
  );
  return found
    ? { ok: true, value: found.name }
    : { ok: false, message: t.fields.problems.not_an_option(text) };
}

export function optionText(field: Field, name: string | null): string {
  return name === null ? '' : label(findOption(field, name)?.label, name);
}

/** An option of the field that does not exist (any more). */
export function checkOption(value: unknown, field: Field): string | null {
  return findOption(field, value) ? null : t.fields.problems.not_an_option(String(value));
}
