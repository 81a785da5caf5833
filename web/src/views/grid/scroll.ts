// One scrollbar for any number of rows. Browsers end a scroll box at 17.9 M px (Firefox) or 33.5 M px
// (Chrome), and a GPU places layers exactly only below 2^23 px, so the physical height is capped and
// mapped to the virtual height (rows × row height). Pure: the component feeds events, draws the result.

/** Tallest scroll box we ever build, in px; below 2^23, so that a layer's offset stays exact. */
export const PHYSICAL_HEIGHT_MAX = 8_000_000;

/** What the scroll box is made of; heights in px. `viewport` is the height left for rows. */
export interface Geometry {
  rowCount: number;
  rowHeight: number;
  viewport: number;
}

/** Where the box stands: `physical` is its scrollTop, `virtual` the same place in unscaled px. */
export interface Place {
  physical: number;
  virtual: number;
}

/** Rows to draw (`last` is exclusive) and the physical y of the first one. */
export interface Span {
  first: number;
  last: number;
  top: number;
}

/** The place at the very top. */
export const TOP: Place = { physical: 0, virtual: 0 };

const clamp = (value: number, max: number) => Math.min(Math.max(value, 0), Math.max(max, 0));

/** Height of all rows in unscaled px. */
export function virtualHeight(geometry: Geometry): number {
  return geometry.rowCount * geometry.rowHeight;
}

/** Height the scroll box really gets, in px. */
export function physicalHeight(geometry: Geometry): number {
  return Math.min(virtualHeight(geometry), PHYSICAL_HEIGHT_MAX);
}

/** True when the scrollbar stands for more px than the box has. */
export function isScaled(geometry: Geometry): boolean {
  return virtualHeight(geometry) > PHYSICAL_HEIGHT_MAX;
}

const virtualMax = (g: Geometry) => Math.max(virtualHeight(g) - g.viewport, 0);
const physicalMax = (g: Geometry) => Math.max(physicalHeight(g) - g.viewport, 0);

/** The place that the thumb of the scrollbar points at. */
export function placeAtPhysical(geometry: Geometry, scrollTop: number): Place {
  const end = physicalMax(geometry);
  const physical = clamp(scrollTop, end);
  if (!isScaled(geometry)) return { physical, virtual: physical };
  return { physical, virtual: Math.round((physical / end) * virtualMax(geometry)) };
}

/** The place whose top edge is `virtual` px below the first row. */
export function placeAtVirtual(geometry: Geometry, virtual: number): Place {
  const end = virtualMax(geometry);
  const top = clamp(Math.round(virtual), end);
  if (!isScaled(geometry)) return { physical: top, virtual: top };
  return { physical: Math.round((top / end) * physicalMax(geometry)), virtual: top };
}

/**
 * The browser reported a new scrollTop. A small step (touch, arrow buttons) is that many real px,
 * a large one is the thumb being dragged and jumps; both ends are always reachable.
 */
export function afterScroll(geometry: Geometry, before: Place, scrollTop: number): Place {
  const physical = clamp(scrollTop, physicalMax(geometry));
  if (!isScaled(geometry)) return { physical, virtual: physical };
  const step = physical - before.physical;
  const atEnd = physical === 0 || physical === physicalMax(geometry);
  if (atEnd || Math.abs(step) > geometry.viewport) return placeAtPhysical(geometry, physical);
  return { physical, virtual: clamp(before.virtual + step, virtualMax(geometry)) };
}

/** The place after moving by `step` unscaled px (wheel, page keys). */
export function afterStep(geometry: Geometry, before: Place, step: number): Place {
  return placeAtVirtual(geometry, before.virtual + step);
}

/** The nearest place that shows `row` completely; the same place when it already does. */
export function reveal(geometry: Geometry, before: Place, row: number): Place {
  const top = row * geometry.rowHeight;
  const bottom = top + geometry.rowHeight;
  if (top < before.virtual) return placeAtVirtual(geometry, top);
  if (bottom > before.virtual + geometry.viewport) {
    return placeAtVirtual(geometry, bottom - geometry.viewport);
  }
  return before;
}

/** Rows to draw at a place, with `overscan` rows more above and below. */
export function rowsAt(geometry: Geometry, place: Place, overscan: number): Span {
  const { rowHeight, rowCount, viewport } = geometry;
  const first = Math.max(Math.floor(place.virtual / rowHeight) - overscan, 0);
  const last = Math.min(Math.ceil((place.virtual + viewport) / rowHeight) + overscan, rowCount);
  return { first, last: Math.max(last, first), top: yOfRow(geometry, place, first) };
}

/** Physical y of a row's top edge at a place (may lie outside of the box when the row does). */
export function yOfRow(geometry: Geometry, place: Place, row: number): number {
  return place.physical - place.virtual + row * geometry.rowHeight;
}

/** How many whole rows a page key moves: one less than fit, so that one row is seen twice. */
export function rowsPerPage(geometry: Geometry): number {
  return Math.max(Math.floor(geometry.viewport / geometry.rowHeight) - 1, 1);
}
