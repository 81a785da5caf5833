/** Goes to the API tokens. */
import { IconKey } from '@tabler/icons-react';
import { t } from '../i18n';
import { paths } from '../lib/paths';
import { defineAction } from './define_action';

export default defineAction({
  id: 'go_tokens',
  label: () => t.pages.tokens.title,
  icon: IconKey,
  group: 'go',
  run: ({ ws, navigate }) => void navigate(paths.tokens(ws)),
});
