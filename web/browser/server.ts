/** Starts the real server on free ports over a folder of its own, with the sample pipeline in it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const ROOT = resolve(import.meta.dirname, '../..');
const BIN = resolve(process.env['TESSERA_BIN'] ?? join(ROOT, 'target/debug/tessera'));
const START_MS = 30_000;

/** Mapping and file of every sample, in the order their links need. */
const SAMPLES = [
  ['accounts', 'accounts'],
  ['products', 'products'],
  ['sales_teams', 'sales_teams'],
  ['contacts', 'contacts'],
  ['sales_pipeline_corrected', 'sales_pipeline'],
] as const;

export interface Server {
  url: string;
  /** The one-time address of the first run. */
  setup: string;
  stop: () => Promise<void>;
}

const run = promisify(execFile);

/** Our own settings are not the server's, which refuses those it does not know. */
const ENV = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('TESSERA_')),
);

/** A port that was free a moment ago; the system does not give it to others at once. */
function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function fill(data: string): Promise<void> {
  const command = (...args: string[]) =>
    run(BIN, [...args, '--data', data], { cwd: ROOT, env: ENV });
  await command('workspace', 'create', 'demo');
  await command('app', 'install', 'apps/crm', '--workspace', 'demo');
  for (const [mapping, file] of SAMPLES) {
    const into = ['--workspace', 'demo', '--mapping', `apps/crm/imports/${mapping}.json`];
    const errors = ['--errors', join(data, `${file}.errors.csv`)];
    await command('import', ...into, ...errors, `apps/crm/samples/${file}.csv`);
  }
}

/** The setup address out of what the server prints; fails with its output if it ends before. */
function readSetup(server: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    const said: string[] = [];
    const end = (why: string) => fail(new Error(`${why}\n${said.join('\n')}`));
    const timer = setTimeout(() => end('The server printed no setup address.'), START_MS);
    const hear = (line: string) => {
      said.push(line);
      const found = /http:\S+\/setup#\S+/.exec(line);
      if (!found) return;
      clearTimeout(timer);
      done(found[0]);
    };
    for (const stream of [server.stdout, server.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', hear);
    }
    server.once('error', (error) => end(error.message));
    server.once('exit', (code) => end(`The server ended with ${code}.`));
  });
}

export async function startServer({ samples }: { samples: boolean }): Promise<Server> {
  const data = await mkdtemp(join(tmpdir(), 'tessera-browser-'));
  if (samples) await fill(data);
  const [port, adminPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const listen = ['--listen', `127.0.0.1:${port}`, '--admin-listen', `127.0.0.1:${adminPort}`];
  const server = spawn(BIN, ['serve', '--demo', '--data', data, ...listen], {
    cwd: ROOT,
    env: ENV,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((done) => server.once('exit', () => done()));
  const stop = async () => {
    server.kill('SIGTERM');
    await ended;
    await rm(data, { recursive: true, force: true });
  };
  try {
    return { url, setup: await readSetup(server), stop };
  } catch (fault) {
    await stop();
    throw fault;
  }
}
