/** Tells rows what is on screen; places that are only passed on the way are not asked for. */
import { useEffect } from 'react';
import type { Rows } from './rows';

/** How long a place without rows must stay on screen before it is fetched. */
const REST_MS = 60;

export function useWanted(rows: Rows, span: { first: number; last: number }): void {
  const { first, last } = span;
  useEffect(() => {
    if (last <= 0) return undefined;
    const isNear = rows.at(first) !== undefined || rows.at(last - 1) !== undefined;
    const timer = setTimeout(() => rows.want(first, last), isNear ? 0 : REST_MS);
    return () => clearTimeout(timer);
  }, [rows, first, last]);
}
