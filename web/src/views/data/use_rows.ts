/** Binds a query to its rows: one `Rows` for each query, the last one shown until the next is there. */
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { RecordQuery, RecordRow } from '../../api/types';
import { Rows } from './rows';
import { listRecords } from './send';
import type { Session } from './session';

export interface RowsQuery extends Pick<RecordQuery, 'filter' | 'sort'> {
  fields: string[];
  expand: string[];
}

export interface ShownRows {
  rows: Rows;
  /** Identifies which records these are and their order; scrolling starts over when it changes. */
  key: string;
  /** Nothing was answered yet, so there is nothing to show. */
  isFirst: boolean;
  /** Rows of the last query are shown while the next one loads. */
  isSwitching: boolean;
}

const NO_ROWS = new Rows(() => new Promise(() => {}));

/** `belongs` says whether a changed record still has its place among these rows. */
export function useRows(
  ws: string,
  session: Session,
  entity: string,
  query: RowsQuery,
  belongs?: (record: RecordRow) => boolean,
): ShownRows {
  const key = JSON.stringify([entity, query]);
  const order = JSON.stringify([entity, query.filter, query.sort]);
  const [shown, setShown] = useState<{ key: string; order: string; rows: Rows } | null>(null);
  const last = useRef<{ order: string; rows: Rows } | null>(null);
  const stable = useMemo(() => (JSON.parse(key) as [string, RowsQuery])[1], [key]);

  useEffect(() => {
    const rows = new Rows((page, signal) =>
      listRecords(ws, entity, { ...stable, ...page }, signal),
    );
    const detach = session.attach(rows, { ...stable, belongs });
    const swap = () => {
      if (rows.count === null && rows.error === null) return;
      stop();
      last.current = { order, rows };
      setShown({ key, order, rows });
    };
    const stop = rows.subscribe(swap);
    // The same records with other columns: what is on screen comes first.
    const [from, to] = last.current?.order === order ? last.current.rows.onScreen : [0, 1];
    rows.want(from, to);
    return () => {
      stop();
      detach();
      rows.close();
    };
  }, [ws, session, entity, key, order, stable, belongs]);

  const rows = shown?.rows ?? NO_ROWS;
  useSyncExternalStore(rows.subscribe, rows.getVersion);
  return {
    rows,
    key: shown?.order ?? '',
    isFirst: shown === null,
    isSwitching: shown?.key !== key,
  };
}
