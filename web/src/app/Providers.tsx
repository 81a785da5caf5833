/** What every page stands on: look, server state, notes. */
import { MantineProvider, localStorageColorSchemeManager } from '@mantine/core';
import '@mantine/core/styles.layer.css';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, Suspense, lazy } from 'react';
import { pageNonce } from '../lib/nonce';
import '../ui/global.css';
import { resolveVariables, theme } from '../ui/theme';
import { useHasNotes } from '../ui/toast';

const Notifications = lazy(() =>
  import('../ui/notes').then((module) => ({ default: module.Notifications })),
);
const schemes = localStorageColorSchemeManager({ key: 'tessera:scheme' });

export function Providers({ client, children }: { client: QueryClient; children: ReactNode }) {
  const hasNotes = useHasNotes();
  return (
    <QueryClientProvider client={client}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={resolveVariables}
        colorSchemeManager={schemes}
        defaultColorScheme="auto"
        getStyleNonce={() => pageNonce() ?? ''}
      >
        {hasNotes && (
          <Suspense fallback={null}>
            <Notifications position="bottom-right" limit={4} zIndex={500} />
          </Suspense>
        )}
        {children}
      </MantineProvider>
    </QueryClientProvider>
  );
}
