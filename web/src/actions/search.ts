/** Opens the command palette. */
import { IconSearch } from '@tabler/icons-react';
import { t } from '../i18n';
import { defineAction } from './define_action';

export default defineAction({
  id: 'search',
  label: () => t.pages.actions.search,
  icon: IconSearch,
  group: 'app',
  keys: 'mod+K',
  isGlobal: true,
  run: ({ openPalette }) => openPalette(),
});
