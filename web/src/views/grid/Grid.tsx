/**
 * The table: our own rows over one scroll box, at any number of records. One tab stop, the keys of a
 * spreadsheet, everything announced as a grid.
 */
import { Suspense, lazy, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { ViewColumn, ViewDocument } from '../../api/types';
import { t } from '../../i18n';
import type { Json } from '../../lib/json';
import type { Can } from '../../meta/can';
import type { Entity } from '../../meta/catalogue';
import { entityLabel } from '../../meta/label';
import { useMeta } from '../../meta/use_meta';
import type { Session } from '../data/session';
import type { ShownRows } from '../data/use_rows';
import { useWanted } from '../data/use_wanted';
import { ROW_HEIGHTS, type Personal, type ViewState } from '../view_state';
import { CellMenu, type MenuPlace } from './CellMenu';
import { Footer } from './Footer';
import { GridHead } from './GridHead';
import { GridRows } from './GridRows';
import { SelectionBar } from './SelectionBar';
import css from './grid.module.css';
import { gridClipboard } from './grid_clipboard';
import { gridCommands } from './grid_commands';
import { gridKeys } from './grid_keys';
import { gridPointer } from './grid_pointer';
import { columnsInSight, layOut, revealColumn } from './layout';
import { gridColumns } from './model';
import type { PasteProblem } from './paste';
import { rowsAt } from './scroll';
import { isRange, rectangle } from './select';
import { rangeSummary } from './summary';
import { useAnchor } from './use_anchor';
import { useColumns } from './use_columns';
import { useEvent } from './use_event';
import { useFocus } from './use_focus';
import { useGrid } from './use_grid';
import { useNotice } from './use_notice';
import { usePlace } from './use_place';
import { useScroll } from './use_scroll';

export interface GridProps {
  ws: string;
  entity: Entity;
  can: Can;
  session: Session;
  shown: ShownRows;
  view: ViewDocument;
  state: ViewState;
  personal: Personal;
  onChange: (change: Personal) => void;
  onFilter: (field: string, value?: Json) => void;
  peekId: string | null;
  onPeek: (id: string | null) => void;
  onOpen: (id: string) => void;
  onCreate: () => void;
}

/** Rarely needed. */
const PasteProblems = lazy(() => import('./PasteProblems'));

const HEADER_HEIGHT = 34;
const FOOTER_HEIGHT = 34;
const OVERSCAN = 8;
const NO_TOTALS: Record<string, string> = {};

export function Grid(props: GridProps) {
  const { ws, entity, can, session, shown, state, personal, onChange } = props;
  const { rows } = shown;
  const root = useRef<HTMLDivElement>(null);
  const [header, setHeader] = useState<number | null>(null);
  const [resizing, onResizing] = useState<{ field: string; width: number } | null>(null);
  const [problems, onProblems] = useState<PasteProblem[]>([]);
  const [notice, say] = useNotice();
  const catalogue = useMeta();
  useSyncExternalStore(session.edits.subscribe, session.edits.getVersion);

  const rowCount = rows.count ?? 0;
  const rowHeight = ROW_HEIGHTS[personal.rowHeight ?? 'normal'];
  const reserved = HEADER_HEIGHT + FOOTER_HEIGHT;
  const scroll = useScroll(root, { rowCount, rowHeight, reserved });
  const { scroller } = scroll;
  const stored = useMemo(() => gridColumns(entity, state, can), [entity, state, can]);
  const columns = useMemo(
    () =>
      stored.map((column) =>
        column.name === resizing?.field ? { ...column, width: resizing.width } : column,
      ),
    [stored, resizing],
  );
  const layout = useMemo(() => layOut(columns.map((column) => column.width)), [columns]);
  const { model: grid, ...now } = useGrid({ session, rows, columns, layout, scroller, say });
  const { selection } = now;
  const focus = useFocus(root, now.editing);
  usePlace(`${ws}/${props.view.name}`, shown.key, grid, scroller);
  useAnchor({ rows, rowKey: shown.key, grid, state: now, scroll });

  const { wants } = focus;
  useEffect(
    () =>
      session.onShowCell((id, field) => {
        wants();
        return grid.show(id, field);
      }),
    [session, grid, wants],
  );

  // A record that is open beside the table follows the active row.
  const { peekId, onPeek } = props;
  const followPeek = useEvent((id: string) => {
    if (peekId !== null && peekId !== id && root.current?.contains(document.activeElement)) {
      onPeek(id);
    }
  });
  const activeId = rows.at(selection.active.row)?.id;
  useEffect(() => {
    if (activeId) followPeek(activeId);
  }, [activeId, followPeek]);

  const focusHeader = (index: number | null) => {
    setHeader(index);
    focus.wants();
    if (index !== null) scroller.showLeft(revealColumn(layout, scroll.left, scroll.width, index));
  };
  const totals = personal.totals ?? NO_TOTALS;
  const onTotal = useEvent((field: string, total: string | null) => {
    const { [field]: _, ...others } = totals;
    onChange({ totals: total ? { ...others, [field]: total } : others });
  });
  const onAdd = useEvent((field: string) => onChange({ columns: [...state.columns, { field }] }));
  const heads = useColumns({
    root,
    columns,
    layout,
    sort: state.sort,
    onResizing,
    onColumns: (next: ViewColumn[]) => onChange({ columns: next }),
    onSort: (sort) => onChange({ sort }),
    onFilter: props.onFilter,
    onFocus: focusHeader,
    onSelect: (column) => grid.select({ type: 'whole_column', column }),
    onReordered: (order) => grid.select({ type: 'shift_columns', order }),
    onTotal,
  });

  const span = rowsAt(scroll.geometry, scroll.place, OVERSCAN);
  useWanted(rows, span);
  const sight = columnsInSight(layout, scroll.left, scroll.width);
  const drawn = useMemo(
    () => layout.boxes.slice(sight.first, sight.last),
    [layout, sight.first, sight.last],
  );

  const canCreate = can('create', entity.name);
  const canDelete = can('delete', entity.name);
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const shared = { ws, catalogue, grid, session, rows, columns, say, onProblems };
  const commands = gridCommands({
    ...shared,
    canCreate,
    canDelete,
    onPeek: (id) => onPeek(id === peekId ? null : id),
    onOpen: props.onOpen,
  });
  const onKeyDown = gridKeys({
    ...shared,
    scroller,
    commands,
    onCreate: () => props.onCreate(),
    onHeader: () => focusHeader(selection.active.column),
    onMenu: setMenu,
  });
  return (
    <div className={css.frame}>
      <div ref={root} className={css.grid} data-scrolled={scroll.left > 0 || undefined}>
        <div
          role="grid"
          tabIndex={-1}
          className={css.rows}
          aria-label={t.views.grid.label(entityLabel(entity))}
          aria-rowcount={rowCount + 1}
          aria-colcount={columns.length + 1}
          aria-multiselectable
          aria-busy={shown.isSwitching}
          onKeyDown={onKeyDown}
          onFocus={({ target }) => {
            if (!target.closest('[role=columnheader]')) setHeader(null);
          }}
          {...gridPointer({ ...shared, onPeek: props.onPeek, onMenu: setMenu })}
          {...gridClipboard({ ...shared, canCreate })}
        >
          <GridHead
            columns={columns}
            layout={layout}
            drawn={drawn}
            sort={state.sort}
            totals={totals}
            focused={header}
            heads={heads.actions}
            drag={heads.drag}
            rows={rows}
            rowCount={rowCount}
            grid={grid}
            ticked={selection.ticked.size}
            ws={ws}
            entity={entity}
            can={can}
            onAdd={onAdd}
          />
          <GridRows
            rows={rows}
            session={session}
            columns={columns}
            layout={layout}
            sight={sight}
            geometry={scroll.geometry}
            span={span}
            grid={grid}
            state={now}
            hasActiveCell={header === null}
          />
        </div>
        <Footer
          ws={ws}
          entity={entity.name}
          filter={state.filter}
          rowCount={rowCount}
          columns={columns}
          layout={layout}
          drawn={drawn}
          totals={totals}
          onTotal={onTotal}
          summary={
            notice ??
            (isRange(selection) ? rangeSummary(rows, columns, rectangle(selection)) : null)
          }
        />
      </div>
      {menu && (
        <CellMenu
          grid={grid}
          place={menu}
          commands={commands}
          onFilterBy={props.onFilter}
          onClose={() => {
            setMenu(null);
            wants();
          }}
        />
      )}
      <SelectionBar
        grid={grid}
        selection={selection}
        session={session}
        rows={rows}
        canCreate={canCreate}
        canDelete={canDelete}
      />
      {problems.length > 0 && (
        <Suspense fallback={null}>
          <PasteProblems problems={problems} onClose={() => onProblems([])} />
        </Suspense>
      )}
    </div>
  );
}
