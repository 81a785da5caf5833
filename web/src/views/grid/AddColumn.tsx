/** Behind the last head: shows a hidden field, or leads builders to a new one. */
import { ActionIcon, Menu } from '@mantine/core';
import { IconPlus, IconTablePlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { kindOf } from '../../fields';
import { t } from '../../i18n';
import { paths } from '../../lib/paths';
import type { Can } from '../../meta/can';
import type { Entity } from '../../meta/catalogue';
import { label } from '../../meta/label';
import css from './grid.module.css';
import type { GridColumn } from './model';

export interface AddColumnProps {
  ws: string;
  entity: Entity;
  can: Can;
  columns: GridColumn[];
  left: number;
  onAdd: (field: string) => void;
}

/** Machinery that nobody adds by a quick menu; the columns panel has it. */
const RARE = new Set(['id', 'revision']);

export function AddColumn({ ws, entity, can, columns, left, onAdd }: AddColumnProps) {
  const shown = new Set(columns.map((column) => column.name));
  const hidden = [...entity.byName.values()].filter(
    (field) => !shown.has(field.name) && !RARE.has(field.name),
  );
  const texts = t.views.header;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        {/* The grid is one tab stop; with the keyboard columns are added in the toolbar. */}
        <ActionIcon
          size="sm"
          tabIndex={-1}
          className={css.addColumn}
          style={{ left }}
          aria-label={texts.add}
          title={texts.add}
        >
          <IconPlus size={16} stroke={1.5} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
        {hidden.length === 0 && <Menu.Label>{texts.noHidden}</Menu.Label>}
        {hidden.map((field) => {
          const { icon: Icon } = kindOf(field);
          return (
            <Menu.Item
              key={field.name}
              leftSection={<Icon size={16} stroke={1.5} />}
              onClick={() => onAdd(field.name)}
            >
              {label(field.label, field.name)}
            </Menu.Item>
          );
        })}
        {can.do('build') && (
          <>
            <Menu.Divider />
            <Menu.Item
              component={Link}
              to={paths.build(ws, 'entities', entity.name)}
              leftSection={<IconTablePlus size={16} stroke={1.5} />}
            >
              {texts.newField}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
