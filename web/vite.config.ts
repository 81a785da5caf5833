/** Build and development settings: the API is proxied, chunks are hashed, tests run in happy-dom. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const api = process.env['TESSERA_API'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  server: { port: 5173, proxy: { '/api': { target: api, changeOrigin: false } } },
  preview: { port: 4173, proxy: { '/api': { target: api, changeOrigin: false } } },
  build: {
    target: 'es2023',
    // A data: URL would need its own source in the content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    manifest: true,
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test_setup.ts'],
  },
});
