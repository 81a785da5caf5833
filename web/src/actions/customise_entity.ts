/** Opens the fields of the entity on screen in the build area. */
import { IconForms } from '@tabler/icons-react';
import { t } from '../i18n';
import { paths } from '../lib/paths';
import { entityLabel } from '../meta/label';
import { defineAction } from './define_action';

export default defineAction({
  id: 'customise_entity',
  label: ({ entity }) => t.pages.actions.customise(entity ? entityLabel(entity) : ''),
  icon: IconForms,
  group: 'record',
  when: ({ entity, can }) => entity !== undefined && can.do('build'),
  run: ({ ws, entity, navigate }) =>
    entity && void navigate(paths.build(ws, 'entities', entity.name)),
});
