import { loadLanguage } from './i18n';

await loadLanguage('en');
