/** The title of a linked record: from the expanded value, the cache, or one batched query. */
import { useQuery } from '@tanstack/react-query';
import { keys } from '../../api/queries';
import { loadTitle } from '../../api/titles';
import { isObject } from '../../lib/json';
import { useMeta, useWs } from '../../meta/use_meta';

export interface LinkTarget {
  id: string;
  /** `undefined` while it loads, `null` when it may not be seen. */
  title: string | null | undefined;
}

export function idOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return isObject(value) && typeof value['id'] === 'string' ? value['id'] : null;
}

/** The target of a value that brings its title along; null when it must be looked up. */
export function givenTarget(value: unknown): LinkTarget | null {
  const id = idOf(value);
  if (id === null || !isObject(value)) return null;
  const title = value['title'] ?? value['name'];
  return { id, title: typeof title === 'string' ? title : null };
}

export function useLinkTarget(entityName: string, value: unknown): LinkTarget | null {
  const ws = useWs();
  const entity = useMeta().entities.get(entityName);
  const id = idOf(value);
  const known = givenTarget(value)?.title;
  const query = useQuery({
    queryKey: keys.title(ws, entityName, id ?? ''),
    queryFn: () => loadTitle(ws, entityName, entity!.document.title_field, id!),
    enabled: id !== null && known === undefined && entity !== undefined,
    staleTime: 5 * 60_000,
  });
  if (id === null) return null;
  if (known !== undefined) return { id, title: known };
  return { id, title: entity ? query.data : null };
}
