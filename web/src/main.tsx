/** Language, providers, routes, mount. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider, createBrowserRouter } from 'react-router';
import { setOnSignedOut } from './api/client';
import { makeQueryClient } from './api/queries';
import { Providers } from './app/Providers';
import { startLanguage, useLanguage } from './app/language';
import { pageNonce } from './lib/nonce';
import { paths } from './lib/paths';
import { routes } from './routes';

// The scroll lock of dialogs writes a style element and asks this name for its nonce.
Object.assign(globalThis, { __webpack_nonce__: pageNonce() });

await startLanguage();
const client = makeQueryClient();
const router = createBrowserRouter(routes);

setOnSignedOut(() => {
  const { pathname, search } = router.state.location;
  if (/^\/(sign-in|setup)/.test(pathname)) return;
  void router.navigate(paths.signIn(pathname === '/' ? undefined : pathname + search));
});

function App() {
  const language = useLanguage((state) => state.language);
  return <RouterProvider key={language} router={router} />;
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Providers client={client}>
      <App />
    </Providers>
  </StrictMode>,
);
