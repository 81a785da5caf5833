/** Journeys through the real server in a headless Chromium that the machine already has. */
import { defineConfig } from '@playwright/test';

const CHROMIUM = process.env['TESSERA_CHROMIUM'] ?? '/usr/bin/chromium';

export default defineConfig({
  testDir: 'browser',
  outputDir: '../target/browser',
  // All tests of a worker share one server, so they run one after the other.
  workers: 1,
  retries: 0,
  forbidOnly: Boolean(process.env['CI']),
  timeout: 45_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  projects: [
    { name: 'journeys', testMatch: '*.spec.ts' },
    // Pictures to look at, made by `scripts/screens`.
    { name: 'screens', testMatch: 'screens.ts' },
  ],
  use: {
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    colorScheme: 'light',
    reducedMotion: 'reduce',
    actionTimeout: 10_000,
    screenshot: 'only-on-failure',
    trace: 'off',
    launchOptions: {
      executablePath: CHROMIUM,
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
