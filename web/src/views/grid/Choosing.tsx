/** The field's own input inside a cell, opened at once: options, records, a calendar. */
import { useEffect, useId, useState } from 'react';
import type { Json } from '../../lib/json';
import { label } from '../../meta/label';
import { bare } from '../data/edits';
import css from './grid.module.css';
import type { GridColumn } from './model';
import type { GridModel } from './grid_model';

interface ChoosingProps {
  column: GridColumn;
  value: Json;
  grid: GridModel;
}

export function Choosing({ column, value, grid }: ChoosingProps) {
  const id = useId();
  const [chosen, setChosen] = useState<Json>(value);
  useEffect(() => passOn(grid.seed), [grid]);
  const { Input } = column.kind;
  if (!Input) return null;
  return (
    <div className={css.choosing}>
      <Input
        id={id}
        place="cell"
        autoFocus
        field={column.field}
        value={chosen}
        aria-label={label(column.field.label, column.name)}
        onChange={(next) => {
          setChosen(next);
          grid.choose(bare(next));
        }}
        onCommit={() => grid.commit()}
      />
    </div>
  );
}

/** Frames that a list gets to open and take the focus. */
const FRAMES_MAX = 12;

/** Hands the key that opened a list on to its search line, as soon as that has the focus. */
function passOn(seed: string): (() => void) | undefined {
  if (seed === '') return undefined;
  let frames = 0;
  let frame = 0;
  const attempt = () => {
    frames += 1;
    const { activeElement: at } = document;
    if (at instanceof HTMLInputElement && at.closest('[data-portal]')) {
      // As if it had been typed, so that the list hears of it.
      document.execCommand('insertText', false, seed);
    } else if (frames < FRAMES_MAX) {
      frame = requestAnimationFrame(attempt);
    }
  };
  frame = requestAnimationFrame(attempt);
  return () => cancelAnimationFrame(frame);
}
