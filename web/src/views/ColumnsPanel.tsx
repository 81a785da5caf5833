/** Which columns a table shows and in which order; dragged, or moved with the keyboard. */
import { ActionIcon, Button, Checkbox, TextInput } from '@mantine/core';
import {
  DndContext,
  KeyboardSensor,
  PointerSensor,
  closestCenter,
  useSensor,
  useSensors,
  type DragEndEvent,
} from '@dnd-kit/core';
import {
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from '@dnd-kit/sortable';
import { CSS } from '@dnd-kit/utilities';
import { IconGripVertical } from '@tabler/icons-react';
import { useState } from 'react';
import type { Field, ViewColumn } from '../api/types';
import { kindOf } from '../fields';
import { t } from '../i18n';
import type { Entity } from '../meta/catalogue';
import { label } from '../meta/label';
import { moveColumn } from './grid/layout';
import css from './views.module.css';

/** Fields from which on a list is searched rather than read. */
const SEARCH_FROM = 10;

interface ColumnsPanelProps {
  entity: Entity;
  columns: ViewColumn[];
  onChange: (columns: ViewColumn[]) => void;
}

export default function ColumnsPanel({ entity, columns, onChange }: ColumnsPanelProps) {
  const texts = t.views.columns;
  const [search, setSearch] = useState('');
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const shown = columns.flatMap((column) => entity.byName.get(column.field) ?? []);
  const hidden = [...entity.byName.values()].filter(
    (field) => !shown.includes(field) && field.name !== 'id' && field.name !== 'revision',
  );
  const wanted = search.trim().toLowerCase();
  const fits = (field: Field) =>
    `${label(field.label, field.name)} ${field.name}`.toLowerCase().includes(wanted);
  const onDragEnd = ({ active, over }: DragEndEvent) => {
    const at = (id: unknown) => columns.findIndex((column) => column.field === id);
    if (over && active.id !== over.id) onChange(moveColumn(columns, at(active.id), at(over.id)));
  };
  return (
    <div>
      {shown.length + hidden.length >= SEARCH_FROM && (
        <TextInput
          size="xs"
          mb="xs"
          value={search}
          placeholder={texts.search}
          aria-label={texts.search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      <div className={css.columnList}>
        <DndContext sensors={sensors} collisionDetection={closestCenter} onDragEnd={onDragEnd}>
          <SortableContext
            items={shown.map((field) => field.name)}
            strategy={verticalListSortingStrategy}
          >
            {shown.filter(fits).map((field) => (
              <ShownColumn
                key={field.name}
                field={field}
                isLast={shown.length === 1}
                onHide={() => onChange(columns.filter((column) => column.field !== field.name))}
              />
            ))}
          </SortableContext>
        </DndContext>
        {hidden.filter(fits).map((field) => (
          <div key={field.name} className={css.columnLine} data-hidden>
            <span className={css.grip} />
            <ColumnTick
              field={field}
              checked={false}
              onChange={() => onChange([...columns, { field: field.name }])}
            />
          </div>
        ))}
      </div>
      <div className={css.panelFoot}>
        <Button
          variant="subtle"
          size="compact-xs"
          disabled={hidden.length === 0}
          onClick={() =>
            onChange([...columns, ...hidden.map((field): ViewColumn => ({ field: field.name }))])
          }
        >
          {texts.showAll}
        </Button>
        <Button
          variant="subtle"
          color="gray"
          size="compact-xs"
          disabled={shown.length < 2}
          onClick={() => onChange(columns.slice(0, 1))}
        >
          {texts.hideOthers}
        </Button>
      </div>
    </div>
  );
}

interface ShownColumnProps {
  field: Field;
  isLast: boolean;
  onHide: () => void;
}

function ShownColumn({ field, isLast, onHide }: ShownColumnProps) {
  const { setNodeRef, attributes, listeners, transform, transition, isDragging } = useSortable({
    id: field.name,
  });
  const name = label(field.label, field.name);
  return (
    <div
      ref={setNodeRef}
      className={css.columnLine}
      data-dragging={isDragging || undefined}
      style={{
        transform: CSS.Translate.toString(transform),
        transition: transition,
      }}
    >
      <ActionIcon
        size="sm"
        className={css.grip}
        aria-label={t.views.columns.move(name)}
        {...attributes}
        {...listeners}
      >
        <IconGripVertical size={14} stroke={1.5} />
      </ActionIcon>
      <ColumnTick field={field} checked disabled={isLast} onChange={onHide} />
    </div>
  );
}

interface ColumnTickProps {
  field: Field;
  checked: boolean;
  disabled?: boolean;
  onChange: () => void;
}

function ColumnTick({ field, checked, disabled, onChange }: ColumnTickProps) {
  const { icon: Icon } = kindOf(field);
  return (
    <Checkbox
      size="xs"
      className={css.columnTick}
      checked={checked}
      disabled={disabled}
      onChange={onChange}
      label={
        <span className={css.columnName}>
          <Icon size={14} stroke={1.5} aria-hidden />
          {label(field.label, field.name)}
        </span>
      }
    />
  );
}
