/**
 * Weighs what a first visit loads (gzipped JavaScript of the entry, one language and a page, with
 * everything they import at once) and fails when a page is heavier than it may be.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const dist = process.argv[2] ?? 'dist';
const KIB_MAX = 250;
const FIRST = ['index.html', 'src/i18n/zh_cn.ts'];
const PAGES = {
  'sign in': 'src/app/SignIn.tsx',
  home: 'src/app/Home.tsx',
  list: 'src/views/ViewHost.tsx',
  record: 'src/record/RecordPage.tsx',
};

const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'));

function collect(key, into) {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`no chunk for ${key}`);
  if (into.has(chunk.file)) return;
  into.add(chunk.file);
  for (const next of chunk.imports ?? []) collect(next, into);
}

let isTooHeavy = false;
for (const [name, page] of Object.entries(PAGES)) {
  const files = new Set();
  for (const key of [...FIRST, page]) collect(key, files);
  const bytes = [...files].map(
    (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length,
  );
  const kib = bytes.reduce((sum, size) => sum + size, 0) / 1024;
  const isOver = kib > KIB_MAX;
  isTooHeavy ||= isOver;
  process.stdout.write(
    `${name.padEnd(8)} ${kib.toFixed(1).padStart(6)} KiB in ${files.size} files${isOver ? ` (over ${KIB_MAX})` : ''}\n`,
  );
}
process.exitCode = isTooHeavy ? 1 : 0;
