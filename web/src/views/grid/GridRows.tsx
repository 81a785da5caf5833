/** The rows in sight, in a layer that is moved to where the scroll box stands. */
import type { Rows } from '../data/rows';
import type { Session } from '../data/session';
import css from './grid.module.css';
import type { Layout } from './layout';
import type { GridColumn } from './model';
import { Row } from './Row';
import { physicalHeight, type Geometry, type Span } from './scroll';
import type { GridModel, GridState } from './grid_model';
import { rectangle } from './select';

interface GridRowsProps {
  rows: Rows;
  session: Session;
  columns: GridColumn[];
  layout: Layout;
  /** Scrolling columns to draw; `last` is exclusive. */
  sight: { first: number; last: number };
  geometry: Geometry;
  span: Span;
  grid: GridModel;
  state: GridState;
  /** False while a head has the focus. */
  hasActiveCell: boolean;
}

/** Where a row waits that holds the focus but is out of sight. */
const ASIDE_PX = -10_000;

export function GridRows(props: GridRowsProps) {
  const { rows, span, geometry, grid, sight } = props;
  const { selection, editing } = props.state;
  const range = rectangle(selection);
  const activeRow = selection.active.row;
  const numbers = Array.from({ length: span.last - span.first }, (_, i) => span.first + i);
  if (activeRow < geometry.rowCount) {
    if (activeRow < span.first) numbers.unshift(activeRow);
    if (activeRow >= span.last) numbers.push(activeRow);
  }
  const row = (number: number) => {
    const record = rows.at(number);
    const isSelected = number >= range.top && number <= range.bottom;
    const isInSight = number >= span.first && number < span.last;
    return (
      <Row
        key={number}
        row={number}
        record={record}
        draft={record && props.session.edits.draft(record.id)}
        columns={props.columns}
        layout={props.layout}
        first={sight.first}
        last={sight.last}
        y={isInSight ? (number - span.first) * geometry.rowHeight : ASIDE_PX}
        height={geometry.rowHeight}
        active={props.hasActiveCell && number === activeRow ? selection.active.column : -1}
        from={isSelected ? range.left : -1}
        to={isSelected ? range.right : -1}
        isTopOfRange={number === range.top}
        isBottomOfRange={number === range.bottom}
        isTicked={record !== undefined && selection.ticked.has(record.id)}
        editing={editing?.row === number ? editing : null}
        grid={grid}
      />
    );
  };
  return (
    <div
      role="rowgroup"
      className={css.body}
      style={{ height: physicalHeight(geometry), width: props.layout.totalWidth }}
    >
      <div className={css.layer} style={{ transform: `translateY(${span.top}px)` }}>
        {numbers.map(row)}
      </div>
    </div>
  );
}
