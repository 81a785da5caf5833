/** Switches to the other language; its name is written in that language. */
import { IconLanguage } from '@tabler/icons-react';
import { language, t } from '../i18n';
import { defineAction } from './define_action';

export default defineAction({
  id: 'switch_language',
  label: () => t.pages.actions.switchLanguage,
  icon: IconLanguage,
  group: 'app',
  run: ({ setLanguage }) => setLanguage(language === 'en' ? 'zh-CN' : 'en'),
});
