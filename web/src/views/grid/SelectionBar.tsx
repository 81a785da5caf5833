/** What can be done with the ticked rows; it floats above the last rows while there are any. */
import { ActionIcon, Button, Transition } from '@mantine/core';
import { IconCopy, IconTrash, IconX } from '@tabler/icons-react';
import { memo } from 'react';
import { count, t } from '../../i18n';
import type { Rows } from '../data/rows';
import type { Session } from '../data/session';
import { duplicateRecords, meantRecords, removeRecords } from './bulk';
import css from './grid.module.css';
import type { GridModel } from './grid_model';
import type { Selection } from './select';

interface SelectionBarProps {
  grid: GridModel;
  selection: Selection;
  session: Session;
  rows: Rows;
  canCreate: boolean;
  canDelete: boolean;
}

export const SelectionBar = memo(function SelectionBar(props: SelectionBarProps) {
  const { grid, selection, session, rows, canCreate, canDelete } = props;
  const ticked = selection.ticked.size;
  const duplicate = async () => {
    await duplicateRecords(session, await meantRecords(rows, selection));
    grid.select({ type: 'untick' });
  };
  const remove = async () => {
    const records = await meantRecords(rows, selection);
    if (await removeRecords(session, records)) grid.select({ type: 'untick' });
  };
  return (
    <Transition mounted={ticked > 0} transition="slide-up" duration={120}>
      {(style) => (
        <div className={css.bar} style={style} role="toolbar" aria-label={t.views.bulk.label}>
          <span className={css.barCount}>{t.views.bulk.selected(ticked, count(ticked))}</span>
          {canCreate && (
            <Button
              variant="subtle"
              color="gray"
              leftSection={<IconCopy size={16} stroke={1.5} />}
              onClick={() => void duplicate()}
            >
              {t.views.bulk.duplicate}
            </Button>
          )}
          {canDelete && (
            <Button
              variant="subtle"
              color="red"
              leftSection={<IconTrash size={16} stroke={1.5} />}
              onClick={() => void remove()}
            >
              {t.common.delete}
            </Button>
          )}
          <ActionIcon
            aria-label={t.views.bulk.none}
            onClick={() => grid.select({ type: 'untick' })}
          >
            <IconX size={16} stroke={1.5} />
          </ActionIcon>
        </div>
      )}
    </Transition>
  );
});
