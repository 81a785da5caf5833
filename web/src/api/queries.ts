/** What the pages read, kept by react-query. Keys start with the workspace, then what it is. */
import {
  QueryClient,
  type UseQueryResult,
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { JsonObject } from '../lib/json';
import { ApiError } from './client';
import { documents } from './documents';
import { records } from './records';
import { session } from './session';
import type { Meta, RecordList, RecordQuery, RecordRow, WorkspaceMe } from './types';

export const keys = {
  me: ['me'] as const,
  workspace: (ws: string) => ['w', ws] as const,
  workspaceMe: (ws: string) => ['w', ws, 'me'] as const,
  meta: (ws: string) => ['w', ws, 'meta'] as const,
  entity: (ws: string, entity: string) => ['w', ws, 'records', entity] as const,
  list: (ws: string, entity: string, query: RecordQuery) =>
    ['w', ws, 'records', entity, 'list', query] as const,
  record: (ws: string, entity: string, id: string) =>
    ['w', ws, 'records', entity, 'one', id] as const,
  history: (ws: string, entity: string, id: string) =>
    ['w', ws, 'records', entity, 'history', id] as const,
  title: (ws: string, entity: string, id: string) =>
    ['w', ws, 'records', entity, 'title', id] as const,
  revisions: (ws: string) => ['w', ws, 'revisions'] as const,
  trash: (ws: string) => ['w', ws, 'trash'] as const,
  tokens: (ws: string) => ['w', ws, 'tokens'] as const,
  endpoints: (ws: string) => ['w', ws, 'endpoints'] as const,
  completions: (ws: string) => ['w', ws, 'completions'] as const,
};

/** Answers that a second try would not change. */
function isFinal(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500;
}

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (count, error) => count < 2 && !isFinal(error),
      },
      mutations: { retry: false },
    },
  });
}

export function useMe(enabled = true) {
  return useQuery({
    queryKey: keys.me,
    queryFn: ({ signal }) => session.me(signal),
    enabled,
    staleTime: 5 * 60_000,
  });
}

export function useWorkspaceMeQuery(ws: string): UseQueryResult<WorkspaceMe> {
  return useQuery({
    queryKey: keys.workspaceMe(ws),
    queryFn: ({ signal }) => session.workspaceMe(ws, signal),
    staleTime: 5 * 60_000,
  });
}

/** Documents stay fresh by the `catalogue` event, so time alone does not make them stale. */
export function useMetaQuery(ws: string): UseQueryResult<Meta> {
  return useQuery({
    queryKey: keys.meta(ws),
    queryFn: ({ signal }) => documents.meta(ws, signal),
    staleTime: Infinity,
  });
}

export function useRecordList(
  ws: string,
  entity: string,
  query: RecordQuery,
  enabled = true,
): UseQueryResult<RecordList> {
  return useQuery({
    queryKey: keys.list(ws, entity, query),
    queryFn: ({ signal }) => records.list(ws, entity, query, signal),
    placeholderData: keepPreviousData,
    enabled,
  });
}

export function useRecord(
  ws: string,
  entity: string,
  id: string,
  expand: string[] = [],
): UseQueryResult<RecordRow> {
  return useQuery({
    queryKey: keys.record(ws, entity, id),
    queryFn: ({ signal }) => records.get(ws, entity, id, expand, signal),
  });
}

export function useHistory(ws: string, entity: string, id: string) {
  return useInfiniteQuery({
    queryKey: keys.history(ws, entity, id),
    queryFn: ({ pageParam, signal }) => records.history(ws, entity, id, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** After a write: lists, counts and the record's history are read again where they are shown. */
export function useInvalidate(ws: string) {
  const client = useQueryClient();
  return (entity: string) => client.invalidateQueries({ queryKey: keys.entity(ws, entity) });
}

export function useCreateRecord(ws: string, entity: string) {
  const invalidate = useInvalidate(ws);
  return useMutation({
    mutationFn: (input: { values: JsonObject; idempotencyKey?: string }) =>
      records.create(ws, entity, input.values, { idempotencyKey: input.idempotencyKey }),
    onSuccess: () => void invalidate(entity),
  });
}

export function useUpdateRecord(ws: string, entity: string) {
  const invalidate = useInvalidate(ws);
  return useMutation({
    mutationFn: (input: { id: string; values: JsonObject; revision?: number }) =>
      records.update(ws, entity, input.id, input.values, input.revision),
    onSuccess: () => void invalidate(entity),
  });
}
