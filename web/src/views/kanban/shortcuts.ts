/** The keys of the board, for the help. */
import { t } from '../../i18n';
import { defineShortcuts } from '../../ui/define_shortcuts';

export default defineShortcuts({
  title: () => t.views.keys.board,
  lines: [
    { keys: ' ', label: () => t.views.keys.pick },
    { keys: 'alt+ArrowRight', label: () => t.views.keys.moveCard },
    { keys: 'Enter', label: () => t.views.keys.peek },
  ],
});
