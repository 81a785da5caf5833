/** A function that stays the same and always runs the newest version of itself. */
import { useCallback, useLayoutEffect, useRef } from 'react';

export function useEvent<A extends unknown[], R>(run: (...args: A) => R): (...args: A) => R {
  const newest = useRef(run);
  useLayoutEffect(() => {
    newest.current = run;
  });
  return useCallback((...args: A) => newest.current(...args), []);
}
