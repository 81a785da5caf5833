/** Goes to the own profile. */
import { IconUserCircle } from '@tabler/icons-react';
import { t } from '../i18n';
import { paths } from '../lib/paths';
import { defineAction } from './define_action';

export default defineAction({
  id: 'go_profile',
  label: () => t.pages.profile.title,
  icon: IconUserCircle,
  group: 'go',
  run: ({ ws, navigate }) => void navigate(paths.profile(ws)),
});
