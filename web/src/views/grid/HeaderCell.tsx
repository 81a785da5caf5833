/** A column's head: its name, how it is sorted, its menu, and the handle that makes it wider. */
import { ActionIcon, Menu } from '@mantine/core';
import {
  IconArrowDown,
  IconArrowLeft,
  IconArrowRight,
  IconArrowUp,
  IconChevronDown,
  IconEyeOff,
  IconFilter,
  IconSum,
} from '@tabler/icons-react';
import { memo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { t } from '../../i18n';
import { label } from '../../meta/label';
import { sortOf } from '../view_state';
import css from './grid.module.css';
import { clampWidth } from './layout';
import { TotalItems } from './Footer';
import type { GridColumn } from './model';
import { isTotal, totalsOf, type Total } from './totals';

export interface HeaderActions {
  sort: (field: string, isAdded: boolean) => void;
  sortTo: (field: string, isDescending: boolean) => void;
  /** `isDone` false while the mouse still holds the handle. */
  resize: (field: string, width: number, isDone: boolean) => void;
  /** Moves a column by steps; the keyboard's and the menu's way. */
  move: (index: number, by: 1 | -1) => void;
  hide: (field: string) => void;
  filter: (field: string) => void;
  /** The head gets the focus, or gives it back to the rows (null). */
  focus: (index: number | null) => void;
  selectColumn: (index: number) => void;
  startDrag: (index: number, event: PointerEvent) => void;
  total: (field: string, total: Total | null) => void;
}

interface HeaderCellProps {
  column: GridColumn;
  index: number;
  columnCount: number;
  left: number;
  sort: string[];
  isFocused: boolean;
  isDropTarget: 'before' | 'after' | undefined;
  total: string | undefined;
  actions: HeaderActions;
}

const RESIZE_STEP = 16;

export const HeaderCell = memo(function HeaderCell(props: HeaderCellProps) {
  const { column, index, actions, isFocused } = props;
  const { field, kind, name } = column;
  const [isOpen, setOpen] = useState(false);
  const sorted = sortOf(props.sort, name);
  const canSort = kind.isSortable === true;

  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (by !== 0 && event.altKey) actions.move(index, by);
    else if (by !== 0 && event.shiftKey)
      actions.resize(name, column.width + by * RESIZE_STEP, true);
    else if (by !== 0) actions.focus(Math.min(Math.max(index + by, 0), props.columnCount - 1));
    else if (event.key === 'ArrowDown' && event.altKey) setOpen(true);
    else if (event.key === 'ArrowDown' || event.key === 'Escape') actions.focus(null);
    else if (event.key === 'Enter' && canSort) actions.sort(name, event.shiftKey);
    else if (event.key === ' ') setOpen(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const text = label(field.label, name);
  return (
    <div
      role="columnheader"
      className={[
        css.head,
        kind.align === 'end' && css.headEnd,
        props.isDropTarget && css[`drop_${props.isDropTarget}`],
      ]
        .filter(Boolean)
        .join(' ')}
      style={{ left: props.left, width: column.width }}
      data-column={index}
      aria-colindex={index + 2}
      aria-sort={sorted ? (sorted.isDescending ? 'descending' : 'ascending') : undefined}
      title={text}
      tabIndex={isFocused ? 0 : -1}
      data-header-focus={isFocused || undefined}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        if (event.target instanceof Element && event.target.closest('button')) return;
        if (canSort) actions.sort(name, event.shiftKey);
        else actions.selectColumn(index);
      }}
      onPointerDown={(event) => actions.startDrag(index, event)}
    >
      <kind.icon size={14} stroke={1.5} className={css.headIcon} aria-hidden />
      <span className={css.headText}>{text}</span>
      {sorted && (
        <SortMark
          isDescending={sorted.isDescending}
          at={props.sort.length > 1 ? sorted.at : null}
        />
      )}
      <Menu
        opened={isOpen}
        position="bottom-start"
        withinPortal
        returnFocus={false}
        onChange={(open) => {
          setOpen(open);
          if (!open) actions.focus(index);
        }}
      >
        <Menu.Target>
          <ActionIcon
            size="xs"
            className={css.headMenu}
            tabIndex={-1}
            aria-label={t.views.header.menu(text)}
            onPointerDown={(event) => event.stopPropagation()}
          >
            <IconChevronDown size={14} stroke={1.5} />
          </ActionIcon>
        </Menu.Target>
        <HeaderMenu {...props} canSort={canSort} />
      </Menu>
      <ResizeHandle column={column} actions={actions} />
    </div>
  );
});

function SortMark({ isDescending, at }: { isDescending: boolean; at: number | null }) {
  const Arrow = isDescending ? IconArrowDown : IconArrowUp;
  return (
    <span className={css.sortMark}>
      <Arrow size={12} stroke={2} aria-hidden />
      {at !== null && at + 1}
    </span>
  );
}

function HeaderMenu(props: HeaderCellProps & { canSort: boolean }) {
  const { column, index, actions } = props;
  const icon = { size: 16, stroke: 1.5 };
  const totals = totalsOf(column.field);
  return (
    // Clicks in the menu bubble to the head, which would sort.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions, jsx-a11y/click-events-have-key-events
    <Menu.Dropdown
      onClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => event.stopPropagation()}
    >
      {props.canSort && (
        <>
          <Menu.Item
            leftSection={<IconArrowUp {...icon} />}
            onClick={() => actions.sortTo(column.name, false)}
          >
            {t.views.header.ascending}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconArrowDown {...icon} />}
            onClick={() => actions.sortTo(column.name, true)}
          >
            {t.views.header.descending}
          </Menu.Item>
          <Menu.Divider />
        </>
      )}
      {column.kind.operators.length > 0 && (
        <Menu.Item
          leftSection={<IconFilter {...icon} />}
          onClick={() => actions.filter(column.name)}
        >
          {t.views.header.filter}
        </Menu.Item>
      )}
      <Menu.Item
        leftSection={<IconArrowLeft {...icon} />}
        disabled={index === 0}
        onClick={() => actions.move(index, -1)}
      >
        {t.views.header.left}
      </Menu.Item>
      <Menu.Item
        leftSection={<IconArrowRight {...icon} />}
        disabled={index === props.columnCount - 1}
        onClick={() => actions.move(index, 1)}
      >
        {t.views.header.right}
      </Menu.Item>
      <Menu.Item
        leftSection={<IconEyeOff {...icon} />}
        disabled={props.columnCount === 1}
        onClick={() => actions.hide(column.name)}
      >
        {t.views.header.hide}
      </Menu.Item>
      {totals.length > 0 && (
        <Menu.Sub>
          <Menu.Sub.Target>
            <Menu.Sub.Item leftSection={<IconSum {...icon} />}>
              {t.views.header.total}
            </Menu.Sub.Item>
          </Menu.Sub.Target>
          <Menu.Sub.Dropdown>
            <TotalItems
              options={totals}
              total={isTotal(props.total, column.field) ? props.total : undefined}
              onTotal={(total) => actions.total(column.name, total)}
            />
          </Menu.Sub.Dropdown>
        </Menu.Sub>
      )}
    </Menu.Dropdown>
  );
}

function ResizeHandle({ column, actions }: { column: GridColumn; actions: HeaderActions }) {
  const start = useRef<{ x: number; width: number } | null>(null);
  const widthAt = (event: PointerEvent) =>
    clampWidth((start.current?.width ?? 0) + event.clientX - (start.current?.x ?? 0));
  return (
    <div
      className={css.handle}
      aria-hidden
      onClick={(event) => event.stopPropagation()}
      onPointerDown={(event) => {
        event.stopPropagation();
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { x: event.clientX, width: column.width };
      }}
      onPointerMove={(event) => {
        if (start.current) actions.resize(column.name, widthAt(event), false);
      }}
      onPointerUp={(event) => {
        if (start.current) actions.resize(column.name, widthAt(event), true);
        start.current = null;
      }}
    />
  );
}
