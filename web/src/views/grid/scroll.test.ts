import { describe, expect, it } from 'vitest';
import {
  PHYSICAL_HEIGHT_MAX,
  TOP,
  afterScroll,
  afterStep,
  isScaled,
  physicalHeight,
  placeAtPhysical,
  placeAtVirtual,
  reveal,
  rowsAt,
  rowsPerPage,
  yOfRow,
} from './scroll';

const small = { rowCount: 1_000, rowHeight: 36, viewport: 720 };
const million = { rowCount: 1_000_000, rowHeight: 36, viewport: 720 };

describe('a list that fits into the box', () => {
  it('is not scaled and places are the same in both measures', () => {
    expect(isScaled(small)).toBe(false);
    expect(physicalHeight(small)).toBe(36_000);
    expect(placeAtPhysical(small, 500)).toEqual({ physical: 500, virtual: 500 });
  });
  it('draws the visible rows and the overscan', () => {
    expect(rowsAt(small, placeAtVirtual(small, 3_600), 5)).toEqual({
      first: 95,
      last: 125,
      top: 3_420,
    });
  });
  it('never scrolls past either end', () => {
    expect(afterStep(small, TOP, -100)).toEqual(TOP);
    expect(afterStep(small, TOP, 1e9).virtual).toBe(36_000 - 720);
  });
  it('of no rows draws nothing', () => {
    expect(rowsAt({ ...small, rowCount: 0 }, TOP, 5)).toEqual({ first: 0, last: 0, top: 0 });
  });
  it('shorter than the viewport stays at the top', () => {
    expect(afterStep({ ...small, rowCount: 3 }, TOP, 50)).toEqual(TOP);
  });
});

describe('one million rows', () => {
  it('keep the box under the cap', () => {
    expect(isScaled(million)).toBe(true);
    expect(physicalHeight(million)).toBe(PHYSICAL_HEIGHT_MAX);
  });
  it('reach the last row when the thumb is at the bottom', () => {
    const end = afterScroll(million, TOP, PHYSICAL_HEIGHT_MAX - 720);
    expect(rowsAt(million, end, 0).last).toBe(1_000_000);
  });
  it('jump in proportion when the thumb is dragged', () => {
    const half = afterScroll(million, TOP, (PHYSICAL_HEIGHT_MAX - 720) / 2);
    expect(rowsAt(million, half, 0).first).toBe(499_990);
  });
  it('move by real px when touched or wheeled, wherever the box stands', () => {
    const start = placeAtVirtual(million, 18_000_000);
    expect(afterScroll(million, start, start.physical + 72).virtual).toBe(18_000_072);
    expect(afterStep(million, start, 36).virtual).toBe(18_000_036);
  });
  it('are each reachable: every row revealed is drawn inside the viewport', () => {
    let place = TOP;
    for (const row of [0, 1, 19, 20, 777_777, 999_999, 500_000, 499_999, 3]) {
      place = reveal(million, place, row);
      const y = yOfRow(million, place, row) - place.physical;
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y + 36).toBeLessThanOrEqual(720);
    }
  });
  it('snap to the first row when the box hits its top', () => {
    expect(afterScroll(million, { physical: 40, virtual: 300 }, 0)).toEqual(TOP);
  });
  it('never place a layer beyond the box', () => {
    for (let i = 0; i <= 100; i++) {
      const place = placeAtPhysical(million, ((PHYSICAL_HEIGHT_MAX - 720) * i) / 100);
      const span = rowsAt(million, place, 10);
      expect(span.top).toBeGreaterThanOrEqual(-360);
      expect(span.top).toBeLessThan(PHYSICAL_HEIGHT_MAX);
    }
  });
});

it('a row that is already visible does not move the box', () => {
  const place = placeAtVirtual(small, 360);
  expect(reveal(small, place, 12)).toBe(place);
});

it('a page keeps one row in common', () => {
  expect(rowsPerPage(small)).toBe(19);
  expect(rowsPerPage({ ...small, viewport: 20 })).toBe(1);
});
