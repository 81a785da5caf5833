/** What every page stands on: look, server state, notes. */
import { MantineProvider, localStorageColorSchemeManager } from '@mantine/core';
import '@mantine/core/styles.layer.css';
import { Notifications } from '@mantine/notifications';
import '@mantine/notifications/styles.layer.css';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { pageNonce } from '../lib/nonce';
import '../ui/global.css';
import { resolveVariables, theme } from '../ui/theme';

const schemes = localStorageColorSchemeManager({ key: 'tessera:scheme' });

export function Providers({ client, children }: { client: QueryClient; children: ReactNode }) {
  return (
    <QueryClientProvider client={client}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={resolveVariables}
        colorSchemeManager={schemes}
        defaultColorScheme="auto"
        getStyleNonce={() => pageNonce() ?? ''}
      >
        <Notifications position="bottom-right" limit={4} zIndex={500} />
        {children}
      </MantineProvider>
    </QueryClientProvider>
  );
}
