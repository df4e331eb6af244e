/** The real server on a database of its own. */

import { spawn, spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const env = { ...process.env };
delete env.DATABASE_URL;

/** Makes a database with the contacts that a generated file is about. */
export async function seed(program, folder, data) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const { fields } = JSON.parse(await readFile(join(data, 'import.json'), 'utf8'));
  const custom = fields.flatMap(({ key, name, type }) => ['--field', `${key}:${name}:${type}`]);
  const seeded = spawnSync(program, ['seed', '--data', folder, '--workspace', 'demo', '--contacts', join(data, 'contacts.json'), ...custom], { env, encoding: 'utf8' });
  if (seeded.status !== 0) throw new Error(`seeding failed: ${seeded.stderr}`);
  await writeFile(join(folder, 'seeded'), '');
}

/** Starts a server on a copy of that database. */
export async function serve(program, seeded) {
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  await cp(seeded, folder, { recursive: true });
  const port = await freePort();
  const said = [];
  const child = spawn(program, ['--demo', '--port', String(port), '--data', folder], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => said.push(String(text)));
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    const gone = new Promise((done) => child.once('exit', done));
    child.kill();
    await gone;
    await rm(folder, { recursive: true, force: true });
  };
  for (let attempt = 0; attempt < 600; attempt++) {
    if (child.exitCode !== null) break;
    if ((await fetch(`${url}/health/ready`).catch(() => undefined))?.ok) return { url, stop };
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`the server did not get ready: ${said.join('')}`);
}

function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}
