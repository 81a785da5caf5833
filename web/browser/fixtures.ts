/** One server per worker, its owner already signed in, and the API at hand to prepare and to check. */
import { type APIRequestContext, test as base, expect, request } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { Api } from './api';
import { type Server, startServer } from './server';

export const OWNER = {
  name: 'Olivia Owner',
  email: 'olivia@example.com',
  password: 'a calm and sunny morning',
};

type Storage = Awaited<ReturnType<APIRequestContext['storageState']>>;

interface WorkerFixtures {
  tessera: Server & { session: Storage };
}
interface TestFixtures {
  api: Api;
  /** A word no other test uses. */
  unique: string;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  tessera: [
    // oxlint-disable-next-line no-empty-pattern
    async ({}, give) => {
      const server = await startServer({ samples: true });
      const owner = await request.newContext({
        baseURL: server.url,
        extraHTTPHeaders: { Origin: server.url },
      });
      const token = server.setup.split('#')[1];
      const answer = await owner.post('/api/v1/setup', { data: { token, ...OWNER } });
      expect(answer.ok(), await answer.text()).toBe(true);
      const session = await owner.storageState();
      await owner.dispose();
      await give({ ...server, session });
      await server.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  baseURL: async ({ tessera }, give) => give(tessera.url),
  storageState: async ({ tessera }, give) => give(tessera.session),
  api: async ({ tessera }, give) => {
    const context = await request.newContext({
      baseURL: tessera.url,
      storageState: tessera.session,
      extraHTTPHeaders: { Origin: tessera.url },
    });
    await give(new Api(context));
    await context.dispose();
  },
  // oxlint-disable-next-line no-empty-pattern
  unique: async ({}, give) => give(randomUUID().slice(0, 8)),
});

export { expect } from '@playwright/test';
