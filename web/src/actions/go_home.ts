/** Goes to the workspace's first page. */
import { IconHome } from '@tabler/icons-react';
import { t } from '../i18n';
import { paths } from '../lib/paths';
import { defineAction } from './define_action';

export default defineAction({
  id: 'go_home',
  label: () => t.pages.home.title,
  icon: IconHome,
  group: 'go',
  keys: 'h',
  run: ({ ws, navigate }) => void navigate(paths.home(ws)),
});
