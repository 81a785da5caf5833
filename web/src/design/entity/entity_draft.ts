/**
 * An entity being redesigned: the commands that change it, what it comes to as operations of a
 * changeset, and how it is carried over when somebody else published meanwhile. Pure.
 */
import type {
  DocumentEntry,
  EntityDocument,
  Field,
  FormDocument,
  FormNode,
  Operation,
  ViewDocument,
} from '../../api/types';
import { sameJson } from '../../lib/json';

export interface EntityDraft {
  document: EntityDocument;
  /** Ids of new fields that shall also stand in the form and in the first grid. */
  shown: readonly string[];
}

const NEW = 'new:';

export function newFieldId(): string {
  return NEW + crypto.randomUUID();
}
export function isNew(field: Pick<Field, 'id'>): boolean {
  return field.id.startsWith(NEW);
}

export function putField(draft: EntityDraft, field: Field): EntityDraft {
  const { fields } = draft.document;
  const known = fields.some((one) => one.id === field.id);
  return {
    ...draft,
    document: {
      ...draft.document,
      fields: known ? fields.map((one) => (one.id === field.id ? field : one)) : [...fields, field],
    },
  };
}

export function removeField(draft: EntityDraft, id: string): EntityDraft {
  return {
    shown: draft.shown.filter((one) => one !== id),
    document: {
      ...draft.document,
      fields: draft.document.fields.filter((field) => field.id !== id),
    },
  };
}

export function moveField(draft: EntityDraft, id: string, by: -1 | 1): EntityDraft {
  const fields = [...draft.document.fields];
  const at = fields.findIndex((field) => field.id === id);
  const to = at + by;
  if (at < 0 || to < 0 || to >= fields.length) return draft;
  [fields[at], fields[to]] = [fields[to]!, fields[at]!];
  return { ...draft, document: { ...draft.document, fields } };
}

export function setShown(draft: EntityDraft, id: string, isShown: boolean): EntityDraft {
  const others = draft.shown.filter((one) => one !== id);
  return { ...draft, shown: isShown ? [...others, id] : others };
}

/** How many fields (and the entity's own properties) differ from what is published. */
export function countChanges(base: EntityDocument, draft: EntityDraft): number {
  const before = new Map(base.fields.map((field) => [field.id, field]));
  const after = draft.document.fields;
  const changed = after.filter((field) => !sameJson(before.get(field.id), field)).length;
  const removed = base.fields.filter((field) => !after.some((one) => one.id === field.id)).length;
  const own = sameJson({ ...base, fields: [] }, { ...draft.document, fields: [] }) ? 0 : 1;
  const kept = after.filter((field) => before.has(field.id)).map((field) => field.id);
  const order = base.fields.map((field) => field.id).filter((id) => kept.includes(id));
  return changed + removed + own + (sameJson(kept, order) ? 0 : 1);
}

/** What the server gives or makes is not sent back: ids of new things, the inverse side of links. */
function toSend(document: EntityDocument): EntityDocument {
  const { inverses: _, ...own } = document;
  return {
    ...own,
    fields: document.fields.map((field) => {
      const { id, built_in: __, ...rest } = field;
      const settings = rest.settings && {
        ...rest.settings,
        ...(rest.settings.options && {
          options: rest.settings.options.map(({ id: option, ...others }) =>
            option.startsWith(NEW) || option === '' ? others : { id: option, ...others },
          ),
        }),
      };
      const sent = { ...rest, ...(settings ? { settings } : {}) };
      return (isNew(field) ? sent : { id, ...sent }) as Field;
    }),
  };
}

/** Puts fields at the end of the form's last section (or of the form). */
function withFormFields(form: FormDocument, names: readonly string[]): FormDocument {
  const nodes = names.map((field): FormNode => ({ kind: 'field', field, width: 6 }));
  const into = (children: FormNode[]): FormNode[] => {
    const at = children.findLastIndex(
      (node) => node.kind !== 'field' && node.children?.some((child) => child.kind !== 'related'),
    );
    if (at < 0) return [...children, ...nodes];
    const target = children[at]!;
    const hasSections = target.kind === 'tab' && target.children?.some((c) => c.kind === 'section');
    const inner = hasSections
      ? into(target.children ?? [])
      : [...(target.children ?? []), ...nodes];
    return children.map((node, index) => (index === at ? { ...node, children: inner } : node));
  };
  return { ...form, children: into(form.children) };
}

function withColumns(view: ViewDocument, names: readonly string[]): ViewDocument {
  return { ...view, columns: [...(view.columns ?? []), ...names.map((field) => ({ field }))] };
}

/** The changeset's operations: the entity, and the form and first grid that shall show new fields. */
export function toOperations(draft: EntityDraft, documents: readonly DocumentEntry[]): Operation[] {
  const entity = draft.document;
  const names = entity.fields
    .filter((field) => isNew(field) && draft.shown.includes(field.id))
    .map((field) => field.name);
  const operations: Operation[] = [{ op: 'put', kind: 'entity', document: toSend(entity) }];
  if (names.length === 0) return operations;
  const form = documents.find((one) => one.kind === 'form' && one.document.entity === entity.name);
  const grid = documents.find(
    (one) =>
      one.kind === 'view' &&
      one.document.entity === entity.name &&
      one.document.type === 'grid' &&
      (one.document.columns?.length ?? 0) > 0,
  );
  if (form) {
    const document = withFormFields(form.document as FormDocument, names);
    operations.push({ op: 'put', kind: 'form', document });
  }
  if (grid) {
    const document = withColumns(grid.document as ViewDocument, names);
    operations.push({ op: 'put', kind: 'view', document });
  }
  return operations;
}

/** Property by property: mine where I changed it, theirs elsewhere. */
function mergeObject<T extends object>(base: T, mine: T, theirs: T): T {
  const merged: Record<string, unknown> = {};
  const read = (object: T, key: string) => (object as Record<string, unknown>)[key];
  for (const key of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
    const isMine = !sameJson(read(base, key), read(mine, key));
    const value = isMine ? read(mine, key) : read(theirs, key);
    if (value !== undefined) merged[key] = value;
  }
  return merged as T;
}

/** Carries my changes of `base` over to what somebody else published since. */
export function mergeEntity(
  base: EntityDocument,
  mine: EntityDocument,
  theirs: EntityDocument,
): EntityDocument {
  const find = (fields: Field[], id: string) => fields.find((field) => field.id === id);
  const merged: Field[] = [];
  for (const field of theirs.fields) {
    const before = find(base.fields, field.id);
    const own = find(mine.fields, field.id);
    if (before && !own) continue;
    merged.push(before && own ? mergeObject(before, own, field) : field);
  }
  merged.push(...mine.fields.filter(isNew));
  const ids = (fields: Field[]) => fields.map((field) => field.id);
  const wasMoved = !sameJson(
    ids(base.fields).filter((id) => find(mine.fields, id)),
    ids(mine.fields).filter((id) => find(base.fields, id)),
  );
  if (wasMoved) {
    const order = ids(mine.fields);
    const place = (field: Field) => (order.indexOf(field.id) + order.length) % order.length;
    merged.sort((a, b) => place(a) - place(b));
  }
  return {
    ...mergeObject({ ...base, fields: [] }, { ...mine, fields: [] }, { ...theirs, fields: [] }),
    fields: merged,
  };
}
