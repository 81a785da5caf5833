/**
 * The app's own texts. `t` is a live binding to the texts of the current language: read it while
 * rendering (`t.common.save`), never at the top of a module. Changing the language remounts the app,
 * so no component needs a hook for it.
 */
import type { Label, Language } from '../api/types';
import { numberFormat } from '../lib/formats';
import type { FirstText, Text } from './en';

export type { Text } from './en';

export let t: Text;
export let language: Language = 'en';
/** The zone of the workspace on screen: instants are shown and typed in it. */
export let timeZone = 'UTC';

export function setTimeZone(zone: string): void {
  timeZone = zone;
}

export const LANGUAGES: { value: Language; name: string }[] = [
  { value: 'en', name: 'English' },
  { value: 'zh-CN', name: '简体中文' },
];

const loaders: Record<Language, () => Promise<FirstText>> = {
  en: () => import('./en').then((module) => module.en),
  'zh-CN': () => import('./zh_cn').then((module) => module.zhCn),
};
/** The build area is for few, so its texts come with its pages. */
const buildLoaders: Record<Language, () => Promise<Text['build']>> = {
  en: () => import('./en/build').then((module) => module.build),
  'zh-CN': () => import('./zh_cn/build').then((module) => module.build),
};
let hasBuild = false;

export function isLanguage(value: unknown): value is Language {
  return value === 'en' || value === 'zh-CN';
}

/** The browser's wish, as far as we speak it. */
export function browserLanguage(): Language {
  for (const wish of navigator.languages ?? []) {
    if (wish.toLowerCase().startsWith('zh')) return 'zh-CN';
    if (wish.toLowerCase().startsWith('en')) return 'en';
  }
  return 'en';
}

let wanted: Language = 'en';

/** Answers whether it is the language now: a later wish that was made meanwhile wins. */
export async function loadLanguage(next: Language): Promise<boolean> {
  wanted = next;
  const [first, build] = await Promise.all([
    loaders[next](),
    hasBuild ? buildLoaders[next]() : undefined,
  ]);
  if (wanted !== next) return false;
  t = { ...first, build } as Text;
  language = next;
  document.documentElement.lang = next;
  return true;
}

/** Before a page of the build area, or an input of its settings, is drawn. */
export async function loadBuildTexts(): Promise<void> {
  if (hasBuild) return;
  const build = await buildLoaders[language]();
  hasBuild = true;
  t = { ...t, build };
}

/** A label in the current language, else in the other one, else the machine name. */
export function label(text: Label | undefined, fallback = ''): string {
  const other: Language = language === 'en' ? 'zh-CN' : 'en';
  return text?.[language] || text?.[other] || fallback;
}

/** A whole number with the language's grouping. */
export function count(n: number): string {
  return numberFormat(language).format(n);
}
