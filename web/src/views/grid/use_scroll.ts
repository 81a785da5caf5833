/** Binds a scroller to a box of this component. */
import { useLayoutEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { isScaled, type Geometry } from './scroll';
import { Scroller, geometryOf, type ScrollOptions, type ScrollState } from './scroller';

export interface Scroll extends ScrollState {
  geometry: Geometry;
  scroller: Scroller;
}

export function useScroll(
  box: React.RefObject<HTMLElement | null>,
  { rowCount, rowHeight, reserved }: ScrollOptions,
): Scroll {
  const [scroller] = useState(() => new Scroller());
  const state = useSyncExternalStore(scroller.subscribe, scroller.getState);
  const geometry = useMemo(
    () => geometryOf({ rowCount, rowHeight, reserved }, state.height),
    [rowCount, rowHeight, reserved, state.height],
  );
  useLayoutEffect(() => {
    scroller.update({ rowCount, rowHeight, reserved });
  }, [scroller, rowCount, rowHeight, reserved]);
  useLayoutEffect(() => (box.current ? scroller.attach(box.current) : undefined), [scroller, box]);
  const scaled = isScaled(geometry);
  useLayoutEffect(
    () => (box.current && scaled ? scroller.attachWheel(box.current) : undefined),
    [scroller, box, scaled],
  );
  return { ...state, geometry, scroller };
}
