/** Lists every shortcut. */
import { IconKeyboard } from '@tabler/icons-react';
import { t } from '../i18n';
import { defineAction } from './define_action';

export default defineAction({
  id: 'shortcut_help',
  label: () => t.pages.actions.help,
  icon: IconKeyboard,
  group: 'app',
  keys: '?',
  run: ({ openHelp }) => openHelp(),
});
