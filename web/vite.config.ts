/** Build and development settings: the API is proxied, chunks are hashed, tests run in happy-dom. */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const api = process.env['TESSERA_API'] ?? 'http://127.0.0.1:8080';

const DIALOGS = /ScrollArea|Modal|Drawer|remove-scroll|use-sidecar|style-singleton/;

export default defineConfig({
  plugins: [react()],
  // Its package points bundlers at the development build, with checks that only help its own use.
  resolve: {
    alias: {
      'react-router': fileURLToPath(
        new URL('node_modules/react-router/dist/production/index.mjs', import.meta.url),
      ),
    },
  },
  server: { port: 5173, proxy: { '/api': { target: api, changeOrigin: false } } },
  preview: { port: 4173, proxy: { '/api': { target: api, changeOrigin: false } } },
  build: {
    target: 'es2023',
    // A data: URL would need its own source in the content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    manifest: true,
    rolldownOptions: {
      output: {
        // What most pages use comes in one piece: it packs better, and a visit asks for fewer files.
        // Dialogs are used by many pages too, but by none at once.
        codeSplitting: {
          groups: [{ name: 'shared', minShareCount: 12, test: (id) => !DIALOGS.test(id) }],
        },
      },
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test_setup.ts'],
  },
});
