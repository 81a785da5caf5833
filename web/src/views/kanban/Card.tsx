/** A record on the board: its title, a few fields, and why it could not be moved. */
import { ActionIcon, CloseButton, Menu } from '@mantine/core';
import { useDraggable } from '@dnd-kit/core';
import { IconArrowRight, IconDots } from '@tabler/icons-react';
import { memo } from 'react';
import type { Field, RecordRow } from '../../api/types';
import { kindOf } from '../../fields';
import { t } from '../../i18n';
import type { Entity } from '../../meta/catalogue';
import { label, titleOf } from '../../meta/label';
import { cardName, factsOf } from '../card_text';
import { columnTitle, mayMove, type BoardColumn } from './board';
import css from './kanban.module.css';

/** More would not be read. */
const FACTS_MAX = 6;

interface FaceProps {
  entity: Entity;
  record: RecordRow;
  fields: Field[];
}

/** What a card shows; also what is carried. */
export function CardFace({ entity, record, fields }: FaceProps) {
  const shown = factsOf(record, fields, FACTS_MAX);
  return (
    <>
      <div className={css.title}>{titleOf(entity, record) || t.common.untitled}</div>
      {shown.length > 0 && (
        // Links in it are not for pressing here: the card itself is the button.
        <div className={css.facts} inert aria-hidden>
          {shown.map(({ field, value }) => {
            const { Cell } = kindOf(field);
            return (
              <span key={field.name} className={css.fact} title={label(field.label, field.name)}>
                <Cell value={value} field={field} record={record} place="cell" />
              </span>
            );
          })}
        </div>
      )}
    </>
  );
}

interface CardProps extends FaceProps {
  column: BoardColumn;
  columns: BoardColumn[];
  groupBy: Field;
  canMove: boolean;
  isTabStop: boolean;
  note: string | undefined;
  onOpen: (id: string) => void;
  onMove: (record: RecordRow, from: BoardColumn, to: BoardColumn) => void;
  onDismiss: (id: string) => void;
}

export const Card = memo(function Card(props: CardProps) {
  const { entity, record, fields, column, note, canMove } = props;
  const { setNodeRef, attributes, listeners, isDragging } = useDraggable({
    id: record.id,
    data: { record, column: column.key },
    disabled: !canMove,
  });
  const { tabIndex: _, ...described } = attributes;
  return (
    <div className={css.cardBox}>
      <div
        ref={setNodeRef}
        className={css.card}
        {...(canMove ? described : {})}
        {...listeners}
        role="button"
        tabIndex={props.isTabStop ? 0 : -1}
        aria-label={t.views.board.card(
          cardName(entity, record, factsOf(record, fields, FACTS_MAX)),
        )}
        data-card={record.id}
        data-carried={isDragging || undefined}
        data-noted={note !== undefined || undefined}
        onClick={() => props.onOpen(record.id)}
        onKeyDown={(event) => {
          listeners?.['onKeyDown']?.(event);
          if (event.key === 'Enter' && !event.defaultPrevented) props.onOpen(record.id);
        }}
      >
        <CardFace entity={entity} record={record} fields={fields} />
      </div>
      {canMove && <MoveMenu {...props} />}
      {note && (
        <div className={css.note} role="alert">
          <span>{note}</span>
          <CloseButton
            size="xs"
            aria-label={t.views.board.dismiss}
            onClick={() => props.onDismiss(record.id)}
          />
        </div>
      )}
    </div>
  );
});

/** The way for fingers and for those who do not drag. */
function MoveMenu({ record, column, columns, groupBy, onMove }: CardProps) {
  const { board } = t.views;
  const others = columns.filter(({ key }) => key !== column.key);
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon size="sm" className={css.cardMenu} tabIndex={-1} aria-label={board.moveTo}>
          <IconDots size={16} stroke={1.5} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: 'auto' }}>
        <Menu.Label>{board.moveTo}</Menu.Label>
        {others.map((other) => (
          <Menu.Item
            key={other.key}
            leftSection={<IconArrowRight size={14} stroke={1.5} />}
            disabled={!mayMove(groupBy, column.value, other.value)}
            onClick={() => onMove(record, column, other)}
          >
            <ColumnName column={other} groupBy={groupBy} />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The name of a column as the field shows its values: a pill, a person, a record. */
export function ColumnName({ column, groupBy }: { column: BoardColumn; groupBy: Field }) {
  const { Cell } = kindOf(groupBy);
  if (column.value === null) return <>{columnTitle(column, t.views.board.noValue)}</>;
  return <Cell value={column.value} field={groupBy} place="cell" />;
}
