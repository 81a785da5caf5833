/** The ends of the toolbar: what is not saved yet on the left, the rarer things on the right. */
import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconArrowForwardUp,
  IconCheck,
  IconDots,
  IconSearch,
} from '@tabler/icons-react';
import { useState, useSyncExternalStore } from 'react';
import { t } from '../i18n';
import type { ToolbarProps } from './Toolbar';
import { toast } from '../ui/toast';
import { takeBack } from './grid/bulk';
import { useViewDocuments } from './use_view_documents';
import { viewKindOf } from './view_kinds';
import { ROW_HEIGHTS, type RowHeight } from './view_state';
import css from './views.module.css';

const HEIGHTS = Object.keys(ROW_HEIGHTS) as RowHeight[];

/** Personal changes, with the way to make them everyone's; cells that are not saved. */
export function Unsaved({ hook, view, entity, can, session }: ToolbarProps) {
  const viewDocuments = useViewDocuments(entity);
  const [isSaving, setSaving] = useState(false);
  useSyncExternalStore(session.edits.subscribe, session.edits.getVersion);
  const faults = session.edits.faultCount;
  const canSave = can.do('build') && entity.views.includes(view);
  const [shown, setShown] = useState(0);
  const showNext = () => {
    const list = session.edits.faults();
    const next = list[shown % list.length];
    if (next && !session.showCell(next.id, next.field)) toast.error(t.views.faults.notHere);
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

/** Stands where searching will be, and says so. */
export function SearchLater() {
  return (
    <Tooltip label={t.views.toolbar.searchLater} multiline maw={240}>
      <ActionIcon
        className={css.later}
        aria-label={t.views.toolbar.search}
        data-disabled
        aria-disabled
      >
        <IconSearch size={16} stroke={1.5} />
      </ActionIcon>
    </Tooltip>
  );
}

export function More({ session, view, personal, onChange }: ToolbarProps) {
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
            {HEIGHTS.map((height) => (
              <Menu.Item
                key={height}
                rightSection={
                  (personal.rowHeight ?? 'normal') === height && (
                    <IconCheck size={14} stroke={1.5} />
                  )
                }
                onClick={() => onChange({ rowHeight: height })}
              >
                {toolbar[height]}
              </Menu.Item>
            ))}
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
