/** What a view asks of the server: the fields it shows, and the links whose titles it needs. */
import type { Entity } from '../../meta/catalogue';
import type { ViewState } from '../view_state';
import type { RowsQuery } from './use_rows';

/** Links that one query expands; titles of further ones are looked up by their cells. */
const EXPANDS_MAX = 10;

export function rowsQuery(
  entity: Entity,
  state: Pick<ViewState, 'filter' | 'sort' | 'columns'>,
  more: readonly string[] = [],
): RowsQuery {
  const names = [entity.document.title_field, ...state.columns.map(({ field }) => field), ...more];
  const fields = [...new Set(names)].flatMap((name) => entity.byName.get(name) ?? []);
  const expand = fields.filter(({ type, built_in: isBuiltIn }) => EXPANDED.has(type) && !isBuiltIn);
  return {
    ...(state.filter ? { filter: state.filter } : {}),
    ...(state.sort.length > 0 ? { sort: state.sort } : {}),
    fields: fields.filter(({ type }) => type !== 'inverse').map(({ name }) => name),
    expand: expand.slice(0, EXPANDS_MAX).map(({ name }) => name),
  };
}

const EXPANDED = new Set(['link', 'user', 'inverse']);
