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

/** Virtual 1:n fields of `entity`: one for every link elsewhere that names an inverse. */
export function inverseFields(entity: string, entities: readonly EntityDocument[]): Field[] {
  const fields: Field[] = [];
  for (const other of entities) {
    for (const link of other.fields) {
      const inverse = link.settings?.inverse;
      if (link.type !== 'link' || link.settings?.to !== entity || !inverse) continue;
      fields.push({
        id: `${link.id}__inverse`,
        name: inverse.name,
        type: 'inverse',
        label: inverse.label,
        read_only: true,
        settings: { entity: other.name, field: link.name },
      });
    }
  }
  return fields;
}
