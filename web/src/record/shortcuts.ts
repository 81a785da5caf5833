/** The keys of a record's page and sheet, for the help. */
import { t } from '../i18n';
import { defineShortcuts } from '../ui/define_shortcuts';

export default defineShortcuts({
  title: () => t.pages.help.record,
  lines: [
    { keys: 'k', label: () => t.record.before },
    { keys: 'j', label: () => t.record.after },
    { keys: 'mod+Z', label: () => t.record.undoLast },
    { keys: 'Escape', label: () => t.record.escape },
    { keys: 'mod+Enter', label: () => t.record.submitForm },
  ],
});
