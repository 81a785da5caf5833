/** Drives a scroll box by `scroll.ts`: measures it, follows the browser, and moves it to a row. */
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import {
  TOP,
  afterScroll,
  afterStep,
  isScaled,
  placeAtPhysical,
  placeAtVirtual,
  reveal,
  type Geometry,
  type Place,
} from './scroll';

export interface Scroll {
  geometry: Geometry;
  place: Place;
  /** Left edge and size of the window on the columns, px. */
  left: number;
  width: number;
  onScroll: () => void;
  showRow: (row: number) => void;
  showLeft: (left: number) => void;
  /** Rows were put in above: moves on by that many px, so that nothing on screen moves. */
  shift: (px: number) => void;
  toTop: () => void;
}

interface ScrollOptions {
  box: React.RefObject<HTMLDivElement | null>;
  rowCount: number;
  rowHeight: number;
  /** Height inside the box that rows do not get: header and footer, px. */
  reserved: number;
}

export function useScroll({ box, rowCount, rowHeight, reserved }: ScrollOptions): Scroll {
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [place, setPlace] = useState<Place>(TOP);
  const [left, setLeft] = useState(0);
  const viewport = Math.max(size.height - reserved, 0);
  const geometry = useMemo(
    () => ({ rowCount, rowHeight, viewport }),
    [rowCount, rowHeight, viewport],
  );
  const now = useRef({ geometry, place });
  now.current.geometry = geometry;

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);

  const apply = useCallback((next: Place) => {
    now.current.place = next;
    setPlace(next);
  }, []);

  /** Moves the content first and the thumb after it, so that both change in one frame. */
  const goTo = useCallback(
    (next: Place) => {
      const element = box.current;
      if (!element || next === now.current.place) return;
      flushSync(() => apply(next));
      element.scrollTop = next.physical;
    },
    [apply, box],
  );

  const onScroll = useCallback(() => {
    const element = box.current;
    if (!element) return;
    setLeft(element.scrollLeft);
    const { geometry, place } = now.current;
    // Our own move comes back as an event; browsers round scrollTop to device pixels.
    if (Math.abs(element.scrollTop - place.physical) < 1.5) return;
    apply(afterScroll(geometry, place, element.scrollTop));
  }, [apply, box]);

  const scaled = isScaled(geometry);
  useEffect(() => {
    const element = box.current;
    if (!element || !scaled) return undefined;
    // One px of the bar stands for several px of rows, so the wheel is turned into rows by hand.
    const onWheel = (event: WheelEvent) => {
      if (event.ctrlKey || event.shiftKey || event.deltaY === 0) return;
      event.preventDefault();
      const { geometry, place } = now.current;
      const unit = [1, geometry.rowHeight, geometry.viewport][event.deltaMode] ?? 1;
      if (event.deltaX !== 0) element.scrollLeft += event.deltaX;
      goTo(afterStep(geometry, place, event.deltaY * unit));
    };
    // A touch moves by real px; when it rests, the thumb is put where it belongs.
    const onRest = () => {
      const { geometry, place } = now.current;
      goTo(placeAtVirtual(geometry, place.virtual));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    element.addEventListener('scrollend', onRest);
    return () => {
      element.removeEventListener('wheel', onWheel);
      element.removeEventListener('scrollend', onRest);
    };
  }, [box, scaled, goTo]);

  const showRow = useCallback(
    (row: number) => goTo(reveal(now.current.geometry, now.current.place, row)),
    [goTo],
  );
  const showLeft = useCallback(
    (to: number) => {
      if (box.current && box.current.scrollLeft !== to) box.current.scrollLeft = to;
    },
    [box],
  );
  const shift = useCallback(
    (px: number) => {
      const next = afterStep(now.current.geometry, now.current.place, px);
      apply(next);
      if (box.current) box.current.scrollTop = next.physical;
    },
    [apply, box],
  );
  const toTop = useCallback(() => {
    apply(placeAtPhysical(now.current.geometry, 0));
    if (box.current) box.current.scrollTop = 0;
  }, [apply, box]);

  return { geometry, place, left, width: size.width, onScroll, showRow, showLeft, shift, toTop };
}
