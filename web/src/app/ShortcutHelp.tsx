/** Every shortcut there is: those of the commands, and those that areas describe for themselves. */
import { Modal } from '@mantine/core';
import { availableActions } from '../actions';
import type { ActionContext } from '../actions/define_action';
import { t } from '../i18n';
import { Keys } from '../ui/Kbd';
import type { ShortcutGroup } from '../ui/define_shortcuts';
import css from './ShortcutHelp.module.css';
import { useShell } from './shell_store';

const described = Object.values(
  import.meta.glob<ShortcutGroup>(['../views/**/shortcuts.ts', '../record/shortcuts.ts'], {
    eager: true,
    import: 'default',
  }),
);

export default function ShortcutHelp({ context }: { context: ActionContext }) {
  const setHelp = useShell((state) => state.setHelp);
  const commands = availableActions(context).filter((action) => action.keys);
  const groups = [
    {
      title: t.pages.help.everywhere,
      lines: commands.map((action) => ({ keys: action.keys!, label: action.label(context) })),
    },
    ...described.map((group) => ({
      title: group.title(),
      lines: group.lines.map((line) => ({ keys: line.keys, label: line.label() })),
    })),
  ];
  return (
    <Modal
      opened
      size="lg"
      title={t.pages.help.title}
      closeButtonProps={{ 'aria-label': t.common.close }}
      onClose={() => setHelp(false)}
    >
      <div className={css.groups}>
        {groups.map((group) => (
          <section key={group.title}>
            <h3 className={css.title}>{group.title}</h3>
            <dl className={css.lines}>
              {group.lines.map((line) => (
                <div key={line.keys + line.label} className={css.line}>
                  <dt>{line.label}</dt>
                  <dd>
                    <Keys keys={line.keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
