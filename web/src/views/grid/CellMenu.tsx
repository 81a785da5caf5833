/** The menu of the right mouse button, or of the menu key, on a cell. */
import { Menu } from '@mantine/core';
import {
  IconArrowsDiagonal,
  IconCopy,
  IconEraser,
  IconFilter,
  IconLayoutSidebarRight,
  IconPencil,
  IconTrash,
} from '@tabler/icons-react';
import { toText } from '../../fields';
import { t } from '../../i18n';
import type { Json } from '../../lib/json';
import { Keys } from '../../ui/Kbd';
import { bare } from '../data/edits';
import type { GridCommands } from './grid_commands';
import type { GridModel } from './grid_model';

/** Where the menu opens, in px of the window. */
export interface MenuPlace {
  x: number;
  y: number;
}

interface CellMenuProps {
  grid: GridModel;
  place: MenuPlace;
  /** The same commands as the keys run. */
  commands: GridCommands;
  onFilterBy: (field: string, value: Json) => void;
  onClose: () => void;
}

/** Longer values are cut in the menu. */
const SHOWN_LENGTH = 24;

export function CellMenu({ grid, place, commands, onFilterBy, onClose }: CellMenuProps) {
  const { activeRecord: record, activeColumn: column } = grid;
  if (!record || !column) return null;
  const texts = t.views.cell;
  const icon = { size: 16, stroke: 1.5 };
  const value = record[column.name] ?? null;
  const text = toText(value, column.field);
  const short = text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
  const canFilter = column.kind.operators.includes(text ? 'eq' : 'empty');
  const keys = (shown: string) => <Keys keys={shown} />;
  return (
    <Menu
      opened
      onClose={onClose}
      position="bottom-start"
      offset={0}
      withinPortal
      returnFocus={false}
    >
      <Menu.Target>
        <span style={{ position: 'fixed', left: place.x, top: place.y }} />
      </Menu.Target>
      <Menu.Dropdown miw={240} aria-label={texts.menu}>
        <Menu.Item
          leftSection={<IconLayoutSidebarRight {...icon} />}
          rightSection={keys(' ')}
          onClick={commands.peek}
        >
          {texts.peek}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconArrowsDiagonal {...icon} />}
          rightSection={keys('mod+Enter')}
          onClick={commands.open}
        >
          {texts.open}
        </Menu.Item>
        <Menu.Divider />
        {column.canWrite && (
          <Menu.Item
            leftSection={<IconPencil {...icon} />}
            rightSection={keys('Enter')}
            onClick={() => grid.edit()}
          >
            {texts.edit}
          </Menu.Item>
        )}
        {column.canWrite && !column.field.required && (
          <Menu.Item
            leftSection={<IconEraser {...icon} />}
            rightSection={keys('Delete')}
            onClick={commands.clear}
          >
            {texts.clear}
          </Menu.Item>
        )}
        {canFilter && (
          <Menu.Item
            leftSection={<IconFilter {...icon} />}
            onClick={() => onFilterBy(column.name, bare(value))}
          >
            {text ? texts.filterBy(short) : texts.filterEmpty}
          </Menu.Item>
        )}
        {(commands.duplicate || commands.remove) && <Menu.Divider />}
        {commands.duplicate && (
          <Menu.Item
            leftSection={<IconCopy {...icon} />}
            rightSection={keys('mod+D')}
            onClick={commands.duplicate}
          >
            {texts.duplicate}
          </Menu.Item>
        )}
        {commands.remove && (
          <Menu.Item
            color="red"
            leftSection={<IconTrash {...icon} />}
            rightSection={keys('mod+Delete')}
            onClick={commands.remove}
          >
            {texts.remove}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
