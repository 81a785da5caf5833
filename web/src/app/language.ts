/** The language on screen. Changing it loads the texts and remounts the app (see `i18n`). */
import { create } from 'zustand';
import { setApiLanguage } from '../api/client';
import type { Language } from '../api/types';
import { browserLanguage, isLanguage, language, loadLanguage } from '../i18n';
import { recall, remember } from '../lib/storage';

interface LanguageState {
  language: Language;
  switchTo: (next: Language) => Promise<void>;
}

export const useLanguage = create<LanguageState>((set) => ({
  language,
  switchTo: async (next) => {
    if (!(await loadLanguage(next))) return;
    setApiLanguage(next);
    remember('language', next);
    set({ language: next });
  },
}));

/** Before the first paint: what this device used last, else the browser's wish. */
export async function startLanguage(): Promise<void> {
  const last = recall<unknown>('language');
  const first = isLanguage(last) ? last : browserLanguage();
  await loadLanguage(first);
  setApiLanguage(first);
  useLanguage.setState({ language: first });
}
