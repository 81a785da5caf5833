/** Opens the import of the entity on screen. */
import { IconFileImport } from '@tabler/icons-react';
import { t } from '../i18n';
import { paths } from '../lib/paths';
import { entityLabel } from '../meta/label';
import { defineAction } from './define_action';

export default defineAction({
  id: 'import_records',
  label: ({ entity }) => t.pages.actions.importRecords(entity ? entityLabel(entity) : ''),
  icon: IconFileImport,
  group: 'record',
  when: ({ entity, can }) => entity !== undefined && can.do('import') && can('create', entity.name),
  run: ({ ws, entity, navigate }) => entity && void navigate(paths.import(ws, entity.name)),
});
