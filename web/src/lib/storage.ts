/** What this browser remembers. A full or forbidden storage never breaks the app. */

const PREFIX = 'tessera:';

export function remember(key: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Private mode or quota: the value lives only as long as the page.
  }
}

export function recall<T>(key: string): T | undefined {
  try {
    const text = localStorage.getItem(PREFIX + key);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

export function forget(key: string): void {
  remember(key, undefined);
}

/** Removes what others must not find on a shared machine; settings of the device stay. */
export function forgetPrivate(): void {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(`${PREFIX}draft:`) || key.startsWith(`${PREFIX}recent:`)) {
        localStorage.removeItem(key);
      }
    }
  } catch {
    // Nothing was stored either.
  }
}
