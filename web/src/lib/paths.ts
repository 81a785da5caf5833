/**
 * Every address of the app. `build`, `my` and `p` after the workspace are ours; any other word
 * there is an entity's name.
 */

export const RESERVED = ['build', 'my', 'p'] as const;

const seg = (value: string) => encodeURIComponent(value);

export const paths = {
  signIn: (next?: string) => (next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in'),
  home: (ws: string) => `/w/${seg(ws)}`,
  list: (ws: string, entity: string, view?: string) =>
    view ? `/w/${seg(ws)}/${seg(entity)}/v/${seg(view)}` : `/w/${seg(ws)}/${seg(entity)}`,
  record: (ws: string, entity: string, id: string, view?: string) =>
    `${paths.list(ws, entity, view)}/r/${seg(id)}`,
  import: (ws: string, entity: string) => `${paths.list(ws, entity)}/import`,
  profile: (ws: string) => `/w/${seg(ws)}/my/profile`,
  tokens: (ws: string) => `/w/${seg(ws)}/my/tokens`,
  /** `opportunity.before_save` in two parts: a dot at the end of an address means a file. */
  script: (ws: string, name: string) => paths.build(ws, 'scripts', ...name.split('.')),
  build: (ws: string, ...rest: string[]) => [`/w/${seg(ws)}/build`, ...rest.map(seg)].join('/'),
};

/** What an address points at; `null` for addresses outside a workspace. */
export interface Place {
  ws: string;
  area: 'home' | 'list' | 'record' | 'import' | 'build' | 'my' | 'page';
  entity?: string;
  view?: string;
  record?: string;
}

export function readPlace(pathname: string): Place | null {
  const [w, ws, first, ...rest] = pathname.split('/').filter(Boolean).map(decodeURIComponent);
  if (w !== 'w' || !ws) return null;
  if (!first) return { ws, area: 'home' };
  if (first === 'build' || first === 'my') return { ws, area: first };
  if (first === 'p') return { ws, area: 'page' };
  const place: Place = { ws, area: 'list', entity: first };
  for (let i = 0; i < rest.length; i += 2) {
    if (rest[i] === 'v' && rest[i + 1]) place.view = rest[i + 1];
    if (rest[i] === 'r' && rest[i + 1])
      Object.assign(place, { record: rest[i + 1], area: 'record' });
    if (rest[i] === 'import') place.area = 'import';
  }
  return place;
}

/** Only addresses of this app are followed after sign-in. */
export function safeNext(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) ? next : '/';
}
