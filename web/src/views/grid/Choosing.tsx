/** The field's own input inside a cell, opened at once: options, records, a calendar. */
import { useId, useState } from 'react';
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
