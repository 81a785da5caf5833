/** Columns that every entity has, and the inverse side of links, as field definitions. */
import type { EntityDocument, Field } from '../api/types';

const builtIn = (name: string, type: string, en: string, zh: string): Field => ({
  id: name,
  name,
  type,
  label: { en, 'zh-CN': zh },
  read_only: true,
  built_in: true,
});

export const BUILT_IN: Field[] = [
  builtIn('id', 'id', 'Id', '编号'),
  builtIn('revision', 'revision', 'Revision', '版本'),
  builtIn('created_at', 'date_time', 'Created', '创建时间'),
  builtIn('created_by', 'user', 'Created by', '创建人'),
  builtIn('updated_at', 'date_time', 'Updated', '更新时间'),
  builtIn('updated_by', 'user', 'Updated by', '更新人'),
];

/** Virtual 1:n fields of an entity: the server's list, else one for every link that names an inverse. */
export function inverseFields(
  document: EntityDocument,
  entities: readonly EntityDocument[],
): Field[] {
  const inverses = document.inverses ?? linksTo(document.name, entities);
  return inverses.map(({ name, label, entity, field }) => ({
    id: `${entity}.${field}`,
    name,
    type: 'inverse',
    label,
    read_only: true,
    settings: { entity, field },
  }));
}

function linksTo(target: string, entities: readonly EntityDocument[]) {
  return entities.flatMap((other) =>
    other.fields.flatMap((link) => {
      const { to, inverse } = link.settings ?? {};
      return link.type === 'link' && to === target && inverse
        ? [{ ...inverse, entity: other.name, field: link.name }]
        : [];
    }),
  );
}
