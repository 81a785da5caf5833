/** Records of the navigation's entities whose title contains a text. */
import { useQueries } from '@tanstack/react-query';
import type { ActionContext } from '../actions/define_action';
import { keys } from '../api/queries';
import { records } from '../api/records';
import { titleOf } from '../meta/label';
import { flatNavigation, toNavigation } from './navigation';
import type { FoundRecord } from './palette';

const ENTITIES_MAX = 6;
const EACH = 5;
const TEXTUAL = new Set(['text', 'long_text', 'email', 'phone', 'url']);

export function useRecordSearch(
  { ws, catalogue, can }: ActionContext,
  text: string,
): { records: FoundRecord[]; isLoading: boolean } {
  const entities = [
    ...new Set(flatNavigation(toNavigation(catalogue, can)).map((entry) => entry.entity)),
  ]
    .filter((entity) => TEXTUAL.has(entity.titleField?.type ?? ''))
    .slice(0, ENTITIES_MAX);
  return useQueries({
    queries: entities.map((entity) => {
      const title = entity.document.title_field;
      const query = {
        filter: { field: title, op: 'contains' as const, value: text },
        fields: [title],
        sort: [title],
        limit: EACH,
      };
      return {
        queryKey: keys.list(ws, entity.name, query),
        queryFn: ({ signal }: { signal: AbortSignal }) =>
          records.list(ws, entity.name, query, signal),
        enabled: text.length > 0,
        select: (list: { records: Parameters<typeof titleOf>[1][] }) =>
          list.records.map((record) => ({
            entity: entity.name,
            id: record.id,
            title: titleOf(entity, record),
          })),
      };
    }),
    combine: (results) => ({
      records: results.flatMap((result) => result.data ?? []),
      isLoading: text.length > 0 && results.some((result) => result.isFetching),
    }),
  });
}
