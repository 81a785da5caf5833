/** Ends the session on this device. */
import { IconLogout } from '@tabler/icons-react';
import { t } from '../i18n';
import { defineAction } from './define_action';

export default defineAction({
  id: 'sign_out',
  label: () => t.pages.auth.signOut,
  icon: IconLogout,
  group: 'app',
  run: ({ signOut }) => signOut(),
});
