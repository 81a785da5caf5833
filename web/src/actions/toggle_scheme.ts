/** Switches between light and dark. */
import { IconMoon } from '@tabler/icons-react';
import { t } from '../i18n';
import { defineAction } from './define_action';

export default defineAction({
  id: 'toggle_scheme',
  label: () => t.pages.actions.toggleScheme,
  icon: IconMoon,
  group: 'app',
  run: ({ toggleScheme }) => toggleScheme(),
});
