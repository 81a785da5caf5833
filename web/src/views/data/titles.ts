/** Finds linked records by their titles, for text that comes from a spreadsheet. */
import type { Catalogue } from '../../meta/catalogue';
import type { Field } from '../../api/types';
import { fold } from '../../meta/filter';
import { listRecords } from './send';

/** Titles of one question; each may have several records, and a page holds 200. */
const TITLES_PER_QUERY = 100;

/** Ids by folded title: none, one, or several that a person must choose from. */
export type TitleIndex = ReadonlyMap<string, readonly string[]>;

/** The entity that a link or user field points at. */
export function linkedEntity(field: Field): string | undefined {
  return field.settings?.to ?? (field.type === 'user' ? 'user' : undefined);
}

export function idsOfTitle(index: TitleIndex, title: string): readonly string[] {
  return index.get(fold(title.trim())) ?? [];
}

export async function findTitles(
  ws: string,
  catalogue: Catalogue,
  entityName: string,
  titles: readonly string[],
): Promise<TitleIndex> {
  const index = new Map<string, string[]>();
  const titleField = catalogue.entities.get(entityName)?.document.title_field;
  const wanted = [...new Set(titles.map((title) => title.trim()))].filter((title) => title !== '');
  if (!titleField) return index;
  for (let at = 0; at < wanted.length; at += TITLES_PER_QUERY) {
    const value = wanted.slice(at, at + TITLES_PER_QUERY);
    const list = await listRecords(ws, entityName, {
      filter: { field: titleField, op: 'in', value },
      fields: [titleField],
      limit: 200,
    });
    for (const row of list.records) {
      const key = fold(String(row[titleField] ?? '').trim());
      index.set(key, [...(index.get(key) ?? []), row.id]);
    }
  }
  return index;
}
