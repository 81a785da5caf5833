/** A new table as operations: the entity with its first field, a first view, its place in the menu. */
import type { AppDocument, EntityDocument, Field, Label, Operation } from '../../api/types';
import { t } from '../../i18n';

export interface NewEntityInput {
  name: string;
  label: Label;
  plural: Label;
  icon: string;
  /** The app whose menu shows it. */
  app: AppDocument | undefined;
}

const filled = (label: Label): Label =>
  Object.fromEntries(Object.entries(label).filter(([, text]) => text));

export function newEntityOperations(input: NewEntityInput): Operation[] {
  const { name, app } = input;
  const b = t.build.entities;
  const first = {
    name: 'name',
    type: 'text',
    label: { en: b.firstField, 'zh-CN': b.firstFieldZh },
    required: true,
  } as unknown as Field;
  const plural = filled(input.plural);
  const entity: EntityDocument = {
    format: 1,
    name,
    label: filled(input.label),
    ...(Object.keys(plural).length > 0 ? { plural } : {}),
    ...(app ? { app: app.name } : {}),
    icon: input.icon,
    title_field: 'name',
    fields: [first],
  };
  const operations: Operation[] = [
    { op: 'put', kind: 'entity', document: entity },
    {
      op: 'put',
      kind: 'view',
      document: {
        format: 1,
        name: `${name}.all`,
        label: { en: b.all, 'zh-CN': b.allZh },
        ...(app ? { app: app.name } : {}),
        entity: name,
        type: 'grid',
        sort: ['name'],
        columns: [{ field: 'name', width: 240 }],
      },
    },
  ];
  if (app) {
    const navigation = [...(app.navigation ?? []), { entity: name, view: 'all' }];
    operations.push({ op: 'put', kind: 'app', document: { ...app, navigation } });
  }
  return operations;
}
