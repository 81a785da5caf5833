/** What the editor offers: names of the language and the host, and the entity's own fields. Pure. */
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import type { ScriptName } from '../../api/documents';
import { kindOf } from '../../fields';
import { label, t } from '../../i18n';
import type { Entity } from '../../meta/catalogue';

const TYPES: Record<string, string> = {
  variable: 'variable',
  function: 'function',
  method: 'method',
  property: 'property',
  keyword: 'keyword',
};

/** The explanation in the current language, in either form the server gives it. */
export function explanation(name: ScriptName): string {
  return label(name.doc ?? name);
}

function fromName(name: ScriptName): Completion {
  const isCall = name.kind === undefined || name.kind === 'function' || name.kind === 'method';
  return {
    label: name.name,
    detail: name.signature,
    info: explanation(name),
    type: TYPES[name.kind ?? 'function'] ?? 'function',
    ...(isCall ? { apply: `${name.name}(` } : {}),
  };
}

function fieldCompletions(entity: Entity | undefined): Completion[] {
  return [...(entity?.byName.values() ?? [])]
    .filter((field) => field.type !== 'inverse')
    .map((field) => ({
      label: field.name,
      detail: label(field.label),
      info: kindOf(field).label(),
      type: 'property',
      boost: 10,
    }));
}

/** After a dot: fields, methods and properties. In quotes: field names. Else: what stands alone. */
export function completionSource(names: readonly ScriptName[], entity: Entity | undefined) {
  const fields = fieldCompletions(entity);
  const members = names
    .filter((name) => name.kind === 'method' || name.kind === 'property')
    .map(fromName);
  const alone = names
    .filter((name) => name.kind !== 'method' && name.kind !== 'property')
    .map(fromName);
  return (context: CompletionContext): CompletionResult | null => {
    const member = context.matchBefore(/(\w*)\.\w*/);
    if (member) {
      const dot = member.text.indexOf('.');
      const owner = member.text.slice(0, dot);
      const isRecord = owner === 'record' || owner === 'old';
      return {
        from: member.from + dot + 1,
        options: isRecord ? [...fields, ...members] : members,
        validFor: /^\w*$/,
      };
    }
    const quoted = context.matchBefore(/"\w*/);
    if (quoted) return { from: quoted.from + 1, options: fields, validFor: /^\w*$/ };
    const word = context.matchBefore(/\w+/);
    if (!word && !context.explicit) return null;
    return { from: word?.from ?? context.pos, options: alone, validFor: /^\w*$/ };
  };
}

/** Words of the editor itself, in the current language. */
export function phrases(): Record<string, string> {
  return t.build.scripts.editorPhrases;
}
