/** The keys of the table, for the help. */
import { t } from '../../i18n';
import { defineShortcuts } from '../../ui/define_shortcuts';

export default defineShortcuts({
  title: () => t.views.keys.grid,
  lines: [
    { keys: 'ArrowUp+ArrowDown+ArrowLeft+ArrowRight', label: () => t.views.keys.move },
    { keys: 'shift+ArrowDown', label: () => t.views.keys.extend },
    { keys: 'mod+ArrowDown', label: () => t.views.keys.edge },
    { keys: 'Enter', label: () => t.views.keys.edit },
    { keys: 'Tab', label: () => t.views.keys.commitRight },
    { keys: 'Escape', label: () => t.views.keys.cancel },
    { keys: 'Delete', label: () => t.views.keys.clear },
    { keys: 'mod+C', label: () => t.views.keys.copy },
    { keys: 'mod+V', label: () => t.views.keys.paste },
    { keys: 'mod+Z', label: () => t.views.keys.undo },
    { keys: 'mod+shift+Z', label: () => t.views.keys.redo },
    { keys: 'mod+D', label: () => t.views.keys.duplicate },
    { keys: 'mod+Delete', label: () => t.views.keys.remove },
    { keys: ' ', label: () => t.views.keys.peek },
    { keys: 'mod+Enter', label: () => t.views.keys.open },
    { keys: 'shift+ ', label: () => t.views.keys.tick },
    { keys: 'mod+shift+Enter', label: () => t.views.keys.create },
    { keys: 'ArrowUp', label: () => t.views.keys.header },
    { keys: 'alt+ArrowRight', label: () => t.views.keys.moveColumn },
    { keys: 'shift+ArrowRight', label: () => t.views.keys.resizeColumn },
  ],
});
