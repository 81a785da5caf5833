/** Opens the form for a new record of the entity on screen. */
import { IconPlus } from '@tabler/icons-react';
import { t } from '../i18n';
import { entityLabel } from '../meta/label';
import { defineAction } from './define_action';

export default defineAction({
  id: 'new_record',
  label: ({ entity }) => t.pages.actions.newRecord(entity ? entityLabel(entity, 'one') : ''),
  icon: IconPlus,
  group: 'record',
  keys: 'n',
  when: ({ entity, can }) => entity !== undefined && can('create', entity.name),
  run: ({ entity, openCreate }) => entity && openCreate({ entity: entity.name }),
});
