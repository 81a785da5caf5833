/** The sidebar's tree out of the app documents, without what the person may not see. Pure. */
import type { NavigationItem } from '../api/types';
import { label } from '../i18n';
import { type Catalogue, type Entity, shortName } from '../meta/catalogue';
import type { Can } from '../meta/can';
import { entityLabel } from '../meta/label';

export interface NavEntry {
  key: string;
  label: string;
  icon: string | undefined;
  entity: Entity;
  view: string | undefined;
}
export interface NavGroup {
  key: string;
  label: string;
  entries: NavEntry[];
  /** Groups inside an app, one level deep. */
  groups: NavGroup[];
}

function toEntry(item: NavigationItem, catalogue: Catalogue, can: Can): NavEntry | null {
  const entity = catalogue.entities.get(item.entity ?? '');
  if (!entity || !can('read', entity.name)) return null;
  const view = entity.views.find(
    (document) => item.view && shortName(document.name) === shortName(item.view),
  );
  const isOther = view !== undefined && view !== entity.views[0];
  const own = isOther ? `${entityLabel(entity)} · ${label(view.label)}` : entityLabel(entity);
  return {
    key: `${entity.name}/${view?.name ?? ''}`,
    label: label(item.label, own),
    icon: item.icon ?? entity.document.icon,
    entity,
    view: isOther ? shortName(view.name) : undefined,
  };
}

function toGroup(
  key: string,
  title: string,
  items: NavigationItem[],
  catalogue: Catalogue,
  can: Can,
): NavGroup {
  const group: NavGroup = { key, label: title, entries: [], groups: [] };
  for (const item of items) {
    if (item.children) {
      const name = label(item.label);
      const inner = toGroup(`${key}/${name}`, name, item.children, catalogue, can);
      if (inner.entries.length > 0) group.groups.push(inner);
      continue;
    }
    const entry = toEntry(item, catalogue, can);
    if (entry) group.entries.push(entry);
  }
  return group;
}

export function toNavigation(catalogue: Catalogue, can: Can): NavGroup[] {
  // What every workspace has comes last: people work in their apps.
  const apps = catalogue.apps.toSorted(
    (a, b) => Number(a.name === 'base') - Number(b.name === 'base'),
  );
  return apps
    .map((app) =>
      toGroup(app.name, label(app.label, app.name), app.navigation ?? [], catalogue, can),
    )
    .filter((group) => group.entries.length > 0 || group.groups.length > 0);
}

/** Every entry in reading order. */
export function flatNavigation(groups: NavGroup[]): NavEntry[] {
  return groups.flatMap((group) => [...group.entries, ...flatNavigation(group.groups)]);
}
