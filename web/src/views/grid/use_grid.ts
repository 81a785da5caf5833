/** One grid model for a component, given the newest rows and columns after each drawing. */
import { useLayoutEffect, useState, useSyncExternalStore } from 'react';
import { GridModel, type GridOptions, type GridState } from './grid_model';

export function useGrid(options: GridOptions): GridState & { model: GridModel } {
  const [model] = useState(() => new GridModel());
  const state = useSyncExternalStore(model.subscribe, model.getState);
  useLayoutEffect(() => model.update(options));
  return { ...state, model };
}
