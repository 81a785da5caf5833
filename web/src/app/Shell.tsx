/** The frame of the app: navigation at the side (a bar below on phones), the page, the record beside. */
import { useMediaQuery } from '@mantine/hooks';
import { Suspense, lazy } from 'react';
import { Outlet, useLocation } from 'react-router';
import { t } from '../i18n';
import { readPeek } from '../lib/peek';
import { PHONE } from '../ui/screen';
import { useSheets } from '../ui/sheets';
import { BottomBar } from './BottomBar';
import css from './Shell.module.css';
import { Sidebar } from './Sidebar';
import { useShell } from './shell_store';
import { useActionContext } from './use_action_context';
import { useShortcuts } from './use_shortcuts';

const CommandPalette = lazy(() => import('./CommandPalette'));
const ShortcutHelp = lazy(() => import('./ShortcutHelp'));
const RecordPeek = lazy(() => import('../record/RecordPeek'));
const CreateSheets = lazy(() => import('../record/CreateSheets'));

export function Shell() {
  const context = useActionContext();
  useShortcuts(context);
  const isPhone = useMediaQuery(PHONE) ?? false;
  const { isPaletteOpen, isHelpOpen } = useShell();
  const isCreating = useSheets((state) => state.creating.length > 0);
  const peek = readPeek(useLocation().search);
  return (
    <div className={css.shell}>
      <a className={css.skip} href="#content">
        {t.pages.nav.skip}
      </a>
      {!isPhone && <Sidebar context={context} />}
      <main className={css.main} id="content" tabIndex={-1}>
        <Outlet />
      </main>
      <Suspense fallback={null}>
        {peek && <RecordPeek key={`${peek.entity}:${peek.id}`} entity={peek.entity} id={peek.id} />}
        {isCreating && <CreateSheets />}
        {isPaletteOpen && <CommandPalette context={context} />}
        {isHelpOpen && <ShortcutHelp context={context} />}
      </Suspense>
      {isPhone && <BottomBar context={context} />}
    </div>
  );
}
