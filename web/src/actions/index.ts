/** All commands, collected from this folder. */
import type { Action, ActionContext } from './define_action';

const modules = import.meta.glob<Action>(['./*.ts', '!./index.ts', '!./define_action.ts'], {
  eager: true,
  import: 'default',
});

const all = Object.values(modules);
const ORDER = ['record', 'go', 'app'];

export function availableActions(context: ActionContext): Action[] {
  return all
    .filter((action) => action.when?.(context) ?? true)
    .toSorted((a, b) => ORDER.indexOf(a.group) - ORDER.indexOf(b.group));
}
