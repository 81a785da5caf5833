import { loadBuildTexts, loadLanguage } from './i18n';

await loadLanguage('en');
await loadBuildTexts();
