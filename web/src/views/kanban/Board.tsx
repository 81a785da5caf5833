/** Records as cards in columns; carrying a card to another column changes its field. */
import { DndContext, DragOverlay, type DragEndEvent, type DragStartEvent } from '@dnd-kit/core';
import { useMemo, useState, useSyncExternalStore, type KeyboardEvent } from 'react';
import type { Field, RecordRow } from '../../api/types';
import { count, t } from '../../i18n';
import { entityLabel, titleOf } from '../../meta/label';
import { EmptyState, ErrorState } from '../../ui/States';
import { EmptyView } from '../EmptyView';
import { useAggregate } from '../data/aggregate';
import type { ViewProps } from '../define_view';
import { useEvent } from '../grid/use_event';
import { CardFace } from './Card';
import { Column } from './Column';
import {
  COLUMNS_MAX,
  boardColumns,
  columnTitle,
  mayMove,
  readSettings,
  type BoardColumn,
  type BoardSettings,
} from './board';
import { BoardModel } from './board_model';
import { boardAnnouncements, columnUnder, useBoardSensors } from './dragging';
import css from './kanban.module.css';
import { neighbourCard } from './neighbour_card';

export default function Board(props: ViewProps) {
  const settings = useMemo(
    () => readSettings(props.entity, props.state.settings),
    [props.entity, props.state.settings],
  );
  const { groupBy } = settings;
  if (!groupBy) {
    return <EmptyState title={t.views.board.noGroup}>{t.views.board.noGroupText}</EmptyState>;
  }
  return <GroupedBoard {...props} settings={settings} groupBy={groupBy} />;
}

type GroupedProps = ViewProps & { settings: BoardSettings; groupBy: Field };

function GroupedBoard(props: GroupedProps) {
  const { ws, entity, can, session, state, settings, groupBy } = props;
  const [board] = useState(() => new BoardModel());
  const boardState = useSyncExternalStore(board.subscribe, board.getState);
  const sensors = useBoardSensors();
  const groups = useAggregate({
    ws,
    entity: entity.name,
    filter: state.filter,
    group: groupBy.name,
    measures: [
      { fn: 'count' },
      ...(settings.sum ? [{ fn: 'sum' as const, field: settings.sum.name }] : []),
    ],
  });
  const columns = useMemo(() => boardColumns(groupBy, groups.data ?? []), [groupBy, groups.data]);
  const canMove = can('update', entity.name) && can.write(entity, groupBy.name);
  const nameOf = (key: string) => {
    const column = columns.find((known) => known.key === key);
    return column ? columnTitle(column, t.views.board.noValue) : '';
  };
  const title = (record: RecordRow) => titleOf(entity, record) || t.common.untitled;

  const onMove = useEvent((record: RecordRow, from: BoardColumn, to: BoardColumn) => {
    void board.move(session, groupBy, record, title(record), from, to);
  });
  const onOpen = useEvent((id: string) => props.onPeek(id));
  const onDismiss = useEvent((id: string) => board.dismiss(id));
  const onCreate = useEvent(({ value }: BoardColumn) =>
    props.onCreate(value === null ? {} : { [groupBy.name]: value }),
  );
  const onDragStart = ({ active }: DragStartEvent) => {
    const record = active.data.current?.['record'] as RecordRow | undefined;
    const column = columns.find(({ key }) => key === active.data.current?.['column']);
    if (record && column) board.carry(record, column);
  };
  const onDragEnd = ({ over }: DragEndEvent) => {
    const { carried } = board.state;
    board.putDown();
    const to = columns.find(({ key }) => key === over?.id);
    if (carried && to) onMove(carried.record, carried.column, to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (boardState.carried || event.defaultPrevented) return;
    const next = neighbourCard(event);
    if (!next) return;
    event.preventDefault();
    if (!event.altKey) return next.focus();
    const move = moveByKey(event, columns, session.find(cardOf(event)));
    if (move && canMove) onMove(move.record, move.from, move.to);
  };

  if (groups.error && !groups.data) {
    return <ErrorState error={groups.error} onRetry={() => void groups.refetch()} />;
  }
  if (groups.data && columns.every((column) => column.count === 0)) return <EmptyView {...props} />;
  const { carried } = boardState;
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={columnUnder}
      accessibility={{
        announcements: boardAnnouncements((id) => {
          const record = session.find(id);
          return record ? title(record) : '';
        }, nameOf),
        screenReaderInstructions: { draggable: t.views.board.instructions },
      }}
      onDragStart={onDragStart}
      onDragEnd={onDragEnd}
      onDragCancel={() => board.putDown()}
    >
      {/* Arrows lead from card to card; each card is a button of its own. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        className={css.board}
        role="group"
        aria-label={t.views.board.label(entityLabel(entity))}
        onKeyDown={onKeyDown}
      >
        {groups.data &&
          columns.map((column) => (
            <Column
              key={column.key}
              ws={ws}
              entity={entity}
              session={session}
              state={state}
              can={can}
              column={column}
              columns={columns}
              groupBy={groupBy}
              cardFields={settings.cardFields}
              sum={settings.sum}
              board={board}
              boardState={boardState}
              isOpenForCarried={!carried || mayMove(groupBy, carried.column.value, column.value)}
              canMove={canMove}
              onOpen={onOpen}
              onMove={onMove}
              onDismiss={onDismiss}
              onCreate={onCreate}
            />
          ))}
        {columns.length >= COLUMNS_MAX && (
          <p className={css.more}>{t.views.board.tooManyColumns(count(COLUMNS_MAX))}</p>
        )}
      </div>
      <DragOverlay dropAnimation={null}>
        {carried && (
          <div className={`${css.card} ${css.overlay}`}>
            <CardFace entity={entity} record={carried.record} fields={settings.cardFields} />
          </div>
        )}
      </DragOverlay>
    </DndContext>
  );
}

function cardOf(event: KeyboardEvent): string {
  return (event.target as Element).closest<HTMLElement>('[data-card]')?.dataset['card'] ?? '';
}

/** Alt with an arrow moves the card itself to the neighbouring column. */
function moveByKey(event: KeyboardEvent, columns: BoardColumn[], record: RecordRow | undefined) {
  const sections = [...event.currentTarget.querySelectorAll('section')];
  const at = sections.findIndex((section) => section.contains(event.target as Node));
  const from = columns[at];
  const to = columns[at + (event.key === 'ArrowLeft' ? -1 : 1)];
  return record && from && to ? { record, from, to } : null;
}
