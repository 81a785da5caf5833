/**
 * The order in which records were last listed, so that a record's page knows the ones before and
 * after. Views publish it; it lives as long as the page.
 */

interface Listed {
  entity: string;
  view: string | undefined;
  ids: readonly string[];
}

let listed: Listed | null = null;

export function publishNeighbours(
  entity: string,
  view: string | undefined,
  ids: readonly string[],
): void {
  listed = { entity, view, ids };
}

export function neighboursOf(entity: string, id: string): { before?: string; after?: string } {
  if (listed?.entity !== entity) return {};
  const at = listed.ids.indexOf(id);
  if (at < 0) return {};
  const before = listed.ids[at - 1];
  const after = listed.ids[at + 1];
  return { ...(before ? { before } : {}), ...(after ? { after } : {}) };
}
