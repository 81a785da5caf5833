/** Settings of field types are fields themselves; this makes one from its current label. */
import type { Field, Label } from '../../api/types';
import { language } from '../../i18n';

const here = (text: string): Label => ({ [language]: text });

export function setting(
  name: string,
  type: string,
  text: string,
  rest: Omit<Partial<Field>, 'help'> & { help?: string } = {},
): Field {
  const { help, ...others } = rest;
  return {
    id: name,
    name,
    type,
    label: here(text),
    ...(help ? { help: here(help) } : {}),
    ...others,
  };
}

/** A select's option whose label is already in the current language. */
export function choice(name: string, text: string) {
  return { id: name, name, label: here(text) };
}
