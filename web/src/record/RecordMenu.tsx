/** What else can be done with a record: copy its address, customise, delete. */
import { ActionIcon, Menu } from '@mantine/core';
import { IconCopy, IconDots, IconForms, IconLink, IconTrash } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { RecordRow } from '../api/types';
import { t } from '../i18n';
import type { JsonObject } from '../lib/json';
import { paths } from '../lib/paths';
import { useCan } from '../meta/can';
import type { Entity } from '../meta/catalogue';
import { useWs } from '../meta/use_meta';
import { useSheets } from '../ui/sheets';
import { toast } from '../ui/toast';
import { plain } from './draft';
import { useDeleteRecord } from './use_delete';

interface RecordMenuProps {
  entity: Entity;
  record: RecordRow;
  onDeleted: () => void;
}

/** The values a copy starts with; what must be unique is left out. */
function copyOf(
  entity: Entity,
  record: RecordRow,
  canWrite: (name: string) => boolean,
): JsonObject {
  const values: JsonObject = {};
  for (const field of entity.fields) {
    if (!field.unique && canWrite(field.name)) values[field.name] = plain(record[field.name]);
  }
  return values;
}

export function RecordMenu({ entity, record, onDeleted }: RecordMenuProps) {
  const ws = useWs();
  const can = useCan();
  const remove = useDeleteRecord();
  const openCreate = useSheets((state) => state.openCreate);
  const url = window.location.origin + paths.record(ws, entity.name, record.id);
  const copy = () => {
    navigator.clipboard
      .writeText(url)
      .then(() => toast.done(t.common.copied))
      .catch(() => toast.error(url));
  };
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon aria-label={t.common.more}>
          <IconDots size={18} stroke={1.5} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconLink size={16} stroke={1.5} />} onClick={copy}>
          {t.record.copyLink}
        </Menu.Item>
        {can('create', entity.name) && (
          <Menu.Item
            leftSection={<IconCopy size={16} stroke={1.5} />}
            onClick={() =>
              openCreate({
                entity: entity.name,
                presets: copyOf(entity, record, (name) => can.write(entity, name)),
              })
            }
          >
            {t.record.duplicate}
          </Menu.Item>
        )}
        {can.do('build') && (
          <Menu.Item
            component={Link}
            to={paths.build(ws, 'entities', entity.name)}
            leftSection={<IconForms size={16} stroke={1.5} />}
          >
            {t.record.customise}
          </Menu.Item>
        )}
        {can('delete', entity.name) && (
          <>
            <Menu.Divider />
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={16} stroke={1.5} />}
              onClick={() => void remove(entity, record).then((isDone) => isDone && onDeleted())}
            >
              {t.common.delete}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
