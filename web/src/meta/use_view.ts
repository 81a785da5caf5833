/** One saved view of an entity by its short name; without a name the first. */
import type { ViewDocument } from '../api/types';
import { type Entity, shortName } from './catalogue';

export function findView(entity: Entity, view: string | undefined): ViewDocument | undefined {
  if (view === undefined) return entity.views[0];
  return entity.views.find((document) => shortName(document.name) === view);
}
