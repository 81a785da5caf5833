/** Runs an import on the server and follows it until it has ended. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type ImportRequest, type ImportState, imports } from '../api/imports';
import { keys } from '../api/queries';
import { readCsv } from '../lib/csv';
import { useWs } from '../meta/use_meta';

const ENDED = new Set(['done', 'failed', 'cancelled']);
const POLL_MS = 600;

export interface ImportRun {
  state: ImportState | null;
  isDryRun: boolean;
  isBusy: boolean;
  hasEnded: boolean;
  error: unknown;
  /** The error report as rows, once the run has ended with refusals. */
  report: string[][] | null;
  errorsUrl: string | null;
  start: (request: ImportRequest) => void;
  clear: () => void;
}

export function useImport(entity: string): ImportRun {
  const ws = useWs();
  const client = useQueryClient();
  const [run, setRun] = useState<{ id: string; isDryRun: boolean } | null>(null);
  const [isStarting, setStarting] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const state = useQuery({
    queryKey: [...keys.workspace(ws), 'import', run?.id],
    queryFn: ({ signal }) => imports.get(ws, run!.id, signal),
    enabled: run !== null,
    refetchInterval: (query) => (ENDED.has(query.state.data?.state ?? '') ? false : POLL_MS),
    staleTime: Infinity,
  });
  const hasEnded = run !== null && ENDED.has(state.data?.state ?? '');
  const report = useQuery({
    queryKey: [...keys.workspace(ws), 'import', run?.id, 'errors'],
    queryFn: async () => readCsv(await imports.errors(ws, run!.id)),
    enabled: hasEnded && (state.data?.failed ?? 0) > 0,
    staleTime: Infinity,
  });
  const isDone = hasEnded && run?.isDryRun === false;
  useEffect(() => {
    if (isDone) void client.invalidateQueries({ queryKey: keys.entity(ws, entity) });
  }, [isDone, client, ws, entity]);

  const start = (request: ImportRequest) => {
    setStarting(true);
    setError(null);
    setRun(null);
    imports
      .create(ws, request)
      .then(({ id }) => setRun({ id, isDryRun: request.dry_run === true }))
      .catch(setError)
      .finally(() => setStarting(false));
  };
  return {
    state: state.data ?? null,
    isDryRun: run?.isDryRun ?? false,
    isBusy: isStarting || (run !== null && !hasEnded && !state.error),
    hasEnded,
    error: error ?? state.error,
    report: report.data ?? null,
    errorsUrl: run ? imports.errorsUrl(ws, run.id) : null,
    start,
    clear: () => {
      setRun(null);
      setError(null);
    },
  };
}
