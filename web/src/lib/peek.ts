/** The record shown beside the page is part of the address: `?peek=entity:id`. */

interface Address {
  pathname: string;
  search: string;
}

export function readPeek(search: string): { entity: string; id: string } | null {
  const [entity, id] = (new URLSearchParams(search).get('peek') ?? '').split(':');
  return entity && id ? { entity, id } : null;
}

/** The same page with a record beside it, or with none. */
export function peekTo(from: Address, entity?: string, id?: string): Address {
  const search = new URLSearchParams(from.search);
  if (entity && id) search.set('peek', `${entity}:${id}`);
  else search.delete('peek');
  const text = search.toString().replace('%3A', ':');
  return { pathname: from.pathname, search: text ? `?${text}` : '' };
}
