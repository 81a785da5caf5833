/** Goes to the build area. */
import { IconTools } from '@tabler/icons-react';
import { t } from '../i18n';
import { paths } from '../lib/paths';
import { defineAction } from './define_action';

export default defineAction({
  id: 'go_build',
  label: () => t.pages.nav.build,
  icon: IconTools,
  group: 'go',
  when: ({ can }) => can.do('build'),
  run: ({ ws, navigate }) => void navigate(paths.build(ws)),
});
