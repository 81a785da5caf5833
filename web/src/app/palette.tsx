/** What the command palette offers for a query: records, pages, commands. */
import type { ReactNode } from 'react';
import { availableActions } from '../actions';
import type { ActionContext } from '../actions/define_action';
import { label, t } from '../i18n';
import { paths } from '../lib/paths';
import { recentRecords } from '../lib/recent';
import { shortName } from '../meta/catalogue';
import { entityLabel } from '../meta/label';
import { EntityIcon } from '../ui/EntityIcon';

export interface PaletteItem {
  id: string;
  label: string;
  /** Smaller, below the label: what kind of thing it is. */
  note?: string;
  icon: ReactNode;
  keys?: string;
  run: () => void;
}
export interface PaletteGroup {
  title: string;
  items: PaletteItem[];
}
export interface FoundRecord {
  entity: string;
  id: string;
  title: string;
}

const SHOWN = 8;

function recordItems(context: ActionContext, records: readonly FoundRecord[]): PaletteItem[] {
  return records.flatMap(({ entity: name, id, title }) => {
    const entity = context.catalogue.entities.get(name);
    if (!entity) return [];
    return {
      id: `record:${id}`,
      label: title || t.common.untitled,
      note: entityLabel(entity, 'one'),
      icon: <EntityIcon name={entity.document.icon} size={18} />,
      run: () => void context.navigate(paths.record(context.ws, name, id)),
    };
  });
}

/** Entities and their views, in the order of the catalogue. */
function pageItems(context: ActionContext): PaletteItem[] {
  const { ws, catalogue, can, navigate } = context;
  return [...catalogue.entities.values()]
    .filter((entity) => can('read', entity.name))
    .flatMap((entity) => {
      const icon = <EntityIcon name={entity.document.icon} size={18} />;
      const own: PaletteItem = {
        id: `page:${entity.name}`,
        label: entityLabel(entity),
        icon,
        run: () => void navigate(paths.list(ws, entity.name)),
      };
      const views = entity.views.slice(1).map((view) => ({
        id: `page:${view.name}`,
        label: `${entityLabel(entity)} · ${label(view.label, shortName(view.name))}`,
        icon,
        run: () => void navigate(paths.list(ws, entity.name, shortName(view.name))),
      }));
      return [own, ...views];
    });
}

function actionItems(context: ActionContext): PaletteItem[] {
  return availableActions(context)
    .filter((action) => action.id !== 'search')
    .map((action) => ({
      id: `action:${action.id}`,
      label: action.label(context),
      icon: <action.icon size={18} stroke={1.5} aria-hidden />,
      ...(action.keys ? { keys: action.keys } : {}),
      run: () => action.run(context),
    }));
}

/** Every word of the query must begin somewhere in the label, or be inside it for Chinese. */
export function matchesQuery(text: string, query: string): boolean {
  const haystack = text.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}

export function paletteGroups(
  context: ActionContext,
  query: string,
  found: readonly FoundRecord[],
): PaletteGroup[] {
  const keep = (items: PaletteItem[]) =>
    query ? items.filter((item) => matchesQuery(item.label, query)) : items;
  const records = query ? found : recentRecords(context.ws).slice(0, 5);
  return [
    {
      title: query ? t.pages.palette.records : t.pages.palette.recent,
      items: recordItems(context, records),
    },
    { title: t.pages.palette.pages, items: keep(pageItems(context)).slice(0, SHOWN) },
    { title: t.pages.palette.actions, items: keep(actionItems(context)) },
  ].filter((group) => group.items.length > 0);
}
