/** Where a table stood when it was left, so that coming back from a record finds it there. */
import { useLayoutEffect } from 'react';
import type { GridModel } from './grid_model';
import type { Scroller } from './scroller';
import type { CellAt } from './select';

interface Place {
  /** The query that the rows answered; another query has other rows. */
  rowKey: string;
  top: number;
  active: CellAt;
}

/** Lives as long as the page. */
const places = new Map<string, Place>();

export function usePlace(view: string, rowKey: string, grid: GridModel, scroller: Scroller): void {
  useLayoutEffect(() => {
    const place = places.get(view);
    if (place?.rowKey === rowKey) {
      grid.restore(place.active);
      scroller.shift(place.top - scroller.state.place.virtual);
    }
    return () => {
      const { active } = grid.selection;
      places.set(view, { rowKey, top: scroller.state.place.virtual, active });
    };
  }, [view, rowKey, grid, scroller]);
}
