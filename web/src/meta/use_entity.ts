/** One entity's definition by name. */
import type { Catalogue, Entity } from './catalogue';
import { useMeta } from './use_meta';

export type { Entity } from './catalogue';

export function useEntity(name: string | undefined): Entity | undefined {
  const catalogue = useMeta();
  return name === undefined ? undefined : catalogue.entities.get(name);
}

/** The entity a link points at or an inverse comes from. */
export function targetOf(catalogue: Catalogue, entity: Entity, field: string): Entity | undefined {
  const settings = entity.byName.get(field)?.settings;
  return catalogue.entities.get(settings?.to ?? settings?.entity ?? '');
}
