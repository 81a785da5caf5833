/** Folds the sidebar to icons, or out again. */
import { IconLayoutSidebar } from '@tabler/icons-react';
import { t } from '../i18n';
import { defineAction } from './define_action';

export default defineAction({
  id: 'toggle_sidebar',
  label: () => t.pages.actions.toggleSidebar,
  icon: IconLayoutSidebar,
  group: 'app',
  keys: '[',
  run: ({ toggleSidebar }) => toggleSidebar(),
});
