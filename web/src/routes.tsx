/** Every page on one page. Each area is its own chunk, loaded when it is first visited. */
import type { RouteObject } from 'react-router';
import { Blank, PageError } from './app/PageError';
import { Workspace } from './app/Workspace';
import { loadBuildTexts } from './i18n';

/** Pages of the build area wait for its texts. */
function building<T>(load: () => Promise<T>): () => Promise<T> {
  return async () => (await Promise.all([load(), loadBuildTexts()]))[0];
}

export const routes: RouteObject[] = [
  {
    ErrorBoundary: PageError,
    HydrateFallback: Blank,
    children: [
      { path: '/', lazy: () => import('./app/Start') },
      { path: '/sign-in', lazy: () => import('./app/SignIn') },
      { path: '/setup', lazy: () => import('./app/Setup') },
      {
        path: '/w/:ws',
        Component: Workspace,
        children: [
          {
            ErrorBoundary: PageError,
            children: [
              { index: true, lazy: () => import('./app/Home') },
              {
                path: 'build',
                lazy: building(() => import('./design/BuildLayout')),
                children: [
                  { index: true, lazy: building(() => import('./design/entity/EntityListPage')) },
                  {
                    path: 'entities',
                    lazy: building(() => import('./design/entity/EntityListPage')),
                  },
                  {
                    path: 'entities/:entity',
                    lazy: building(() => import('./design/entity/EntityPage')),
                  },
                  {
                    path: 'scripts',
                    lazy: building(() => import('./design/script/ScriptListPage')),
                  },
                  {
                    path: 'scripts/:entity/:hook',
                    lazy: building(() => import('./design/script/ScriptPage')),
                  },
                  {
                    path: 'automations',
                    lazy: building(() => import('./design/automation/AutomationListPage')),
                  },
                  {
                    path: 'automations/:automation',
                    lazy: building(() => import('./design/automation/AutomationPage')),
                  },
                  {
                    path: 'revisions',
                    lazy: building(() => import('./design/changeset/RevisionsPage')),
                  },
                  { path: 'trash', lazy: building(() => import('./design/changeset/TrashPage')) },
                ],
              },
              { path: 'my/profile', lazy: () => import('./settings/ProfilePage') },
              { path: 'my/tokens', lazy: () => import('./settings/TokensPage') },
              { path: ':entity/import', lazy: () => import('./imports/ImportPage') },
              { path: ':entity/r/:id', lazy: () => import('./record/RecordPage') },
              { path: ':entity/v/:view/r/:id', lazy: () => import('./record/RecordPage') },
              { path: ':entity', lazy: () => import('./views/ViewHost') },
              { path: ':entity/v/:view', lazy: () => import('./views/ViewHost') },
              { path: '*', lazy: () => import('./app/NotFound') },
            ],
          },
        ],
      },
      { path: '*', lazy: () => import('./app/NotFound') },
    ],
  },
];
