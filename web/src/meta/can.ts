/** What the signed-in person may do. The server decides; this only hides what it would refuse. */
import type { WorkspaceMe } from '../api/types';
import type { Entity } from './catalogue';
import { useWorkspace } from './use_meta';

export type Right = 'read' | 'create' | 'update' | 'delete';

export interface Can {
  (right: Right, entity: string): boolean;
  /** May the field be written (and is it not made by the server)? */
  write(entity: Entity, field: string): boolean;
  /** A capability: `build`, `people`, `export`, `import`. */
  do(capability: string): boolean;
}

export function toCan(me: WorkspaceMe): Can {
  const can = (right: Right, entity: string) => me.entities[entity]?.[right] === true;
  const write = (entity: Entity, name: string) => {
    const field = entity.byName.get(name);
    if (!field || field.read_only || field.built_in) return false;
    return me.entities[entity.name]?.fields[name] === 'write';
  };
  return Object.assign(can, { write, do: (name: string) => me.capabilities.includes(name) });
}

export function useCan(): Can {
  return toCan(useWorkspace().me);
}
