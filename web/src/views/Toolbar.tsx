/** What changes how a view looks: filter, sort, columns, undo, and saving that for everyone. */
import { ActionIcon, Button, Menu, SegmentedControl, Tooltip } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconArrowForwardUp,
  IconArrowsSort,
  IconColumns3,
  IconDots,
  IconFilter,
} from '@tabler/icons-react';
import { useState, useSyncExternalStore } from 'react';
import { t } from '../i18n';
import { Panel } from './Panel';
import { SortPanel } from './SortPanel';
import { ColumnsPanel } from './ColumnsPanel';
import { ToolButton } from './ToolButton';
import type { ViewProps } from './define_view';
import { FilterBuilder } from './filter/FilterBuilder';
import { countConditions } from './filter/tree';
import { takeBack } from './grid/bulk';
import { useViewDocuments } from './use_view_documents';
import type { ViewStateHook } from './use_view_state';
import { viewKindOf } from './view_kinds';
import type { RowHeight } from './view_state';
import css from './views.module.css';

export interface ToolbarProps extends ViewProps {
  hook: ViewStateHook;
  isFilterOpen: boolean;
  onFilterOpen: (isOpen: boolean) => void;
}

export function Toolbar(props: ToolbarProps) {
  const { entity, state, onChange, view } = props;
  const { toolbar } = t.views;
  const [open, setOpen] = useState<'sort' | 'columns' | null>(null);
  const kind = viewKindOf(view.type);
  const { Tools } = kind;
  const conditions = countConditions(state.filter);
  const close = () => setOpen(null);
  return (
    <div className={css.tools} role="toolbar" aria-label={toolbar.label}>
      <Unsaved {...props} />
      <Panel
        title={toolbar.filter}
        width={640}
        isOpen={props.isFilterOpen}
        onClose={() => props.onFilterOpen(false)}
        target={
          <ToolButton
            icon={IconFilter}
            label={toolbar.filter}
            state={conditions > 0 ? toolbar.filters(conditions) : undefined}
            isOpen={props.isFilterOpen}
            onClick={() => props.onFilterOpen(!props.isFilterOpen)}
          />
        }
      >
        <FilterBuilder
          entity={entity}
          value={state.filter}
          onChange={(filter) => onChange({ filter: filter ?? null })}
        />
      </Panel>
      <Panel
        title={toolbar.sort}
        width={400}
        isOpen={open === 'sort'}
        onClose={close}
        target={
          <ToolButton
            icon={IconArrowsSort}
            label={toolbar.sort}
            state={state.sort.length > 0 ? toolbar.sorts(state.sort.length) : undefined}
            isOpen={open === 'sort'}
            onClick={() => setOpen(open === 'sort' ? null : 'sort')}
          />
        }
      >
        <SortPanel entity={entity} sort={state.sort} onChange={(sort) => onChange({ sort })} />
      </Panel>
      {kind.hasColumns && (
        <Panel
          title={toolbar.columns}
          width={300}
          isOpen={open === 'columns'}
          onClose={close}
          target={
            <ToolButton
              icon={IconColumns3}
              label={toolbar.columns}
              isOpen={open === 'columns'}
              onClick={() => setOpen(open === 'columns' ? null : 'columns')}
            />
          }
        >
          <ColumnsPanel
            entity={entity}
            columns={state.columns}
            onChange={(columns) => onChange({ columns })}
          />
        </Panel>
      )}
      {Tools && <Tools {...props} />}
      <More {...props} />
    </div>
  );
}

/** Personal changes, with the way to make them everyone's; cells that are not saved. */
function Unsaved({ hook, view, entity, can, session }: ToolbarProps) {
  const viewDocuments = useViewDocuments(entity);
  const [isSaving, setSaving] = useState(false);
  useSyncExternalStore(session.edits.subscribe, session.edits.getVersion);
  const faults = session.edits.faultCount;
  const canSave = can.do('build') && entity.views.includes(view);
  const [shown, setShown] = useState(0);
  const showNext = () => {
    const list = session.edits.faults();
    const next = list[shown % list.length];
    if (next) session.showCell(next.id, next.field);
    setShown(shown + 1);
  };
  const save = async () => {
    setSaving(true);
    if (await viewDocuments.save(view, hook.state)) hook.reset();
    setSaving(false);
  };
  return (
    <>
      {faults > 0 && (
        <button type="button" className={css.faults} onClick={showNext}>
          <IconAlertTriangle size={14} stroke={1.5} aria-hidden />
          <span role="status">{t.views.faults.count(faults)}</span>
        </button>
      )}
      {hook.changed.length > 0 && (
        <span className={css.changed}>
          <span className={css.changedDot} title={t.views.save.changed} />
          <span className={css.changedText}>{t.views.save.changed}</span>
          <Button variant="subtle" color="gray" size="compact-xs" onClick={hook.reset}>
            {t.views.save.reset}
          </Button>
          {canSave && (
            <Button
              variant="subtle"
              size="compact-xs"
              loading={isSaving}
              onClick={() => void save()}
            >
              {t.views.save.forAll}
            </Button>
          )}
        </span>
      )}
    </>
  );
}

function More({ session, view, personal, onChange }: ToolbarProps) {
  const { toolbar } = t.views;
  useSyncExternalStore(session.subscribe, session.getVersion);
  const icon = { size: 16, stroke: 1.5 };
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Tooltip label={toolbar.more}>
          <ActionIcon aria-label={toolbar.more}>
            <IconDots {...icon} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown miw={200}>
        <Menu.Item
          leftSection={<IconArrowBackUp {...icon} />}
          disabled={!session.canUndo}
          onClick={() => void takeBack(session, 'undo')}
        >
          {toolbar.undo}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconArrowForwardUp {...icon} />}
          disabled={!session.canRedo}
          onClick={() => void takeBack(session, 'redo')}
        >
          {toolbar.redo}
        </Menu.Item>
        {viewKindOf(view.type).hasColumns && (
          <>
            <Menu.Divider />
            <Menu.Label>{toolbar.rowHeight}</Menu.Label>
            <div className={css.menuSection}>
              <SegmentedControl
                size="xs"
                value={personal.rowHeight ?? 'normal'}
                data={[
                  { value: 'low', label: toolbar.low },
                  { value: 'normal', label: toolbar.normal },
                  { value: 'tall', label: toolbar.tall },
                ]}
                onChange={(rowHeight) => onChange({ rowHeight: rowHeight as RowHeight })}
              />
            </div>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
