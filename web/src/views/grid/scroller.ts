/** Drives a scroll box by `scroll.ts`: measures it, follows the browser, moves it to a row. */
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

export interface ScrollState {
  place: Place;
  /** Left edge of the window on the columns, and the box's size, px. */
  left: number;
  width: number;
  height: number;
}

export interface ScrollOptions {
  rowCount: number;
  rowHeight: number;
  /** Height inside the box that rows do not get: header and footer, px. */
  reserved: number;
}

/** Browsers round scrollTop to device pixels, so our own moves come back slightly off. */
const ROUNDING_PX = 1.5;

export function geometryOf(options: ScrollOptions, height: number): Geometry {
  const { rowCount, rowHeight, reserved } = options;
  return { rowCount, rowHeight, viewport: Math.max(height - reserved, 0) };
}

export class Scroller {
  state: ScrollState = { place: TOP, left: 0, width: 0, height: 0 };
  private options: ScrollOptions = { rowCount: 0, rowHeight: 1, reserved: 0 };
  private element: HTMLElement | null = null;
  private readonly listeners = new Set<() => void>();

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  getState = (): ScrollState => this.state;

  get geometry(): Geometry {
    return geometryOf(this.options, this.state.height);
  }

  update(options: ScrollOptions): void {
    this.options = options;
  }

  /** Watches a box until the returned function is called. */
  attach(element: HTMLElement): () => void {
    this.element = element;
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = element;
      if (width !== this.state.width || height !== this.state.height) this.put({ width, height });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener('scroll', this.onScroll, { passive: true });
    element.addEventListener('scrollend', this.onRest);
    return () => {
      this.element = null;
      observer.disconnect();
      element.removeEventListener('scroll', this.onScroll);
      element.removeEventListener('scrollend', this.onRest);
    };
  }

  /**
   * One px of a scaled bar stands for several px of rows, so there the wheel is turned into rows by
   * hand. Only there: elsewhere the browser scrolls more smoothly than we could.
   */
  attachWheel(element: HTMLElement): () => void {
    element.addEventListener('wheel', this.onWheel, { passive: false });
    return () => element.removeEventListener('wheel', this.onWheel);
  }

  showRow(row: number): void {
    this.goTo(reveal(this.geometry, this.state.place, row));
  }

  showLeft(left: number): void {
    if (this.element && this.element.scrollLeft !== left) this.element.scrollLeft = left;
  }

  /** Rows were put in above: moves on by that many px, so that nothing on screen moves. */
  shift(px: number): void {
    this.set(afterStep(this.geometry, this.state.place, px));
  }

  toTop(): void {
    this.set(placeAtPhysical(this.geometry, 0));
  }

  private onScroll = (): void => {
    if (!this.element) return;
    const { scrollTop, scrollLeft: left } = this.element;
    const isOurs = Math.abs(scrollTop - this.state.place.physical) < ROUNDING_PX;
    const place = isOurs
      ? this.state.place
      : afterScroll(this.geometry, this.state.place, scrollTop);
    if (!isOurs || left !== this.state.left) this.put({ place, left });
  };

  private onWheel = (event: WheelEvent): void => {
    if (!this.element || event.ctrlKey || event.shiftKey || event.deltaY === 0) return;
    event.preventDefault();
    const { rowHeight, viewport } = this.geometry;
    const unit = [1, rowHeight, viewport][event.deltaMode] ?? 1;
    if (event.deltaX !== 0) this.element.scrollLeft += event.deltaX;
    this.goTo(afterStep(this.geometry, this.state.place, event.deltaY * unit));
  };

  /** A touch moves by real px; when it rests, the thumb is put where it belongs. */
  private onRest = (): void => {
    if (isScaled(this.geometry)) this.goTo(placeAtVirtual(this.geometry, this.state.place.virtual));
  };

  /** Moves the content first and the thumb after it, so that both change in one frame. */
  private goTo(place: Place): void {
    if (place === this.state.place) return;
    flushSync(() => this.put({ place }));
    if (this.element) this.element.scrollTop = place.physical;
  }

  private set(place: Place): void {
    this.put({ place });
    if (this.element) this.element.scrollTop = place.physical;
  }

  private put(change: Partial<ScrollState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}
