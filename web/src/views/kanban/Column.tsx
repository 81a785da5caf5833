/** One column of a board: its head with count and sum, and a list of cards of any length. */
import { ActionIcon } from '@mantine/core';
import { useDroppable } from '@dnd-kit/core';
import { IconPlus } from '@tabler/icons-react';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import type { Field, RecordRow } from '../../api/types';
import { kindOf } from '../../fields';
import { count, t } from '../../i18n';
import { isEmpty } from '../../lib/json';
import { rowsQuery } from '../data/query';
import { useRows } from '../data/use_rows';
import { useWanted } from '../data/use_wanted';
import type { ViewProps } from '../define_view';
import { Card, ColumnName } from './Card';
import { belongsTo, columnFilter, columnTitle, type BoardColumn } from './board';
import type { BoardModel, BoardState } from './board_model';
import css from './kanban.module.css';

/** Cards of one column; browsers end a scroll box at 17 M px. */
const CARDS_MAX = 50_000;
const CARD_PX = 92;
const GAP_PX = 8;
const OVERSCAN = 5;

interface ColumnProps extends Pick<ViewProps, 'ws' | 'entity' | 'session' | 'state' | 'can'> {
  column: BoardColumn;
  columns: BoardColumn[];
  groupBy: Field;
  cardFields: Field[];
  sum: Field | undefined;
  board: BoardModel;
  boardState: BoardState;
  /** False while a card is carried that may not come here. */
  isOpenForCarried: boolean;
  canMove: boolean;
  onOpen: (id: string) => void;
  onMove: (record: RecordRow, from: BoardColumn, to: BoardColumn) => void;
  onDismiss: (id: string) => void;
  onCreate: (column: BoardColumn) => void;
}

export function Column(props: ColumnProps) {
  const { ws, entity, session, state, column, groupBy, cardFields, board } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const { value } = column;
  const belongs = useMemo(() => belongsTo(groupBy, value), [groupBy, value]);
  const shape = {
    filter: columnFilter(groupBy, value, state.filter),
    sort: state.sort,
    columns: cardFields.map(({ name }) => ({ field: name })),
  };
  const query = rowsQuery(entity, shape, [groupBy.name]);
  const { rows, isFirst } = useRows(ws, session, entity.name, query, belongs);
  useEffect(() => board.register(column.key, rows), [board, column.key, rows]);

  const total = rows.count ?? column.count;
  const shown = Math.min(rows.count ?? 0, CARDS_MAX);
  // Its answers change in place, which only a compiler that caches components would mind.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: shown,
    getScrollElement: () => scroller.current,
    estimateSize: () => CARD_PX,
    gap: GAP_PX,
    overscan: OVERSCAN,
    getItemKey: (index) => rows.at(index)?.id ?? index,
    // The first card is the column's tab stop, so it is always there.
    rangeExtractor: (range) => [...new Set([0, ...defaultRangeExtractor(range)])],
  });
  const items = virtual.getVirtualItems();
  const [first = 0, last = -1] = [items[1]?.index ?? items[0]?.index, items.at(-1)?.index];
  useWanted(rows, { first, last: last + 1 });
  const { setNodeRef, isOver } = useDroppable({ id: column.key });

  const name = columnTitle(column, t.views.board.noValue);
  return (
    <section
      ref={setNodeRef}
      className={css.column}
      aria-label={t.views.board.column(name, count(total))}
      data-over={(isOver && props.isOpenForCarried) || undefined}
      data-closed={!props.isOpenForCarried || undefined}
    >
      <ColumnHead {...props} total={total} />
      <div ref={scroller} className={css.cards}>
        {isFirst && <Blanks many={Math.min(column.count, 6)} />}
        {!isFirst && total === 0 && <p className={css.nothing}>{t.views.board.nothing}</p>}
        <ul className={css.list} style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const record = rows.at(item.index);
            return (
              <li
                key={item.key}
                ref={virtual.measureElement}
                className={css.item}
                data-index={item.index}
                style={{ transform: `translateY(${item.start}px)` }}
                aria-posinset={item.index + 1}
                aria-setsize={total}
              >
                {record ? (
                  <Card
                    entity={entity}
                    record={record}
                    fields={cardFields}
                    column={column}
                    columns={props.columns}
                    groupBy={groupBy}
                    canMove={props.canMove}
                    isTabStop={item.index === 0}
                    note={props.boardState.notes.get(record.id)}
                    onOpen={props.onOpen}
                    onMove={props.onMove}
                    onDismiss={props.onDismiss}
                  />
                ) : (
                  <div className={css.blank} />
                )}
              </li>
            );
          })}
        </ul>
      </div>
    </section>
  );
}

function ColumnHead(props: ColumnProps & { total: number }) {
  const { column, groupBy, sum, entity, can, total } = props;
  const name = columnTitle(column, t.views.board.noValue);
  const Sum = sum && kindOf(sum).Cell;
  return (
    <header className={css.head}>
      <span className={css.name}>
        <ColumnName column={column} groupBy={groupBy} />
      </span>
      <span className={css.count}>{count(total)}</span>
      <span className={css.sum}>
        {sum && Sum && !isEmpty(column.sum) && <Sum value={column.sum} field={sum} place="cell" />}
      </span>
      {can('create', entity.name) && (
        <ActionIcon
          size="sm"
          aria-label={t.views.board.add(name)}
          onClick={() => props.onCreate(column)}
        >
          <IconPlus size={16} stroke={1.5} />
        </ActionIcon>
      )}
    </header>
  );
}

function Blanks({ many }: { many: number }) {
  return Array.from({ length: many }, (_, index) => (
    // oxlint-disable-next-line react/no-array-index-key
    <div key={index} className={css.blank} aria-hidden />
  ));
}
