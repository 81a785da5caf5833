/** All view types, collected from the folders beside this file. */
import type { ViewKind } from './define_view';

const modules = import.meta.glob<ViewKind>('./*/index.tsx', { eager: true, import: 'default' });

const kinds = new Map<string, ViewKind>();
for (const kind of Object.values(modules)) kinds.set(kind.type, kind);

/** A type that this version does not know is shown as a table. */
export function viewKindOf(type: string): ViewKind {
  return kinds.get(type) ?? kinds.get('grid')!;
}

export function allViewKinds(): ViewKind[] {
  return [...kinds.values()];
}
