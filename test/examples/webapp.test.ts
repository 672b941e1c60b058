import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startExample } from './example-process.ts';

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'webapp-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function startDatabase(t: TestContext, folder: string) {
  const database = startExample(t, 'webapp/database/server.mjs', { PORT: '0', DATA_FILE: join(folder, 'data.json') });
  const [, port] = await database.printed(/database ready on :(\d+)/);
  return { database, url: `http://127.0.0.1:${port}` };
}

async function migrate(t: TestContext, url: string): Promise<string> {
  const job = startExample(t, 'webapp/database/migrate.mjs', { DATABASE_URL: url });
  assert.deepEqual(await job.exited, { code: 0, signal: null });
  return job.output();
}

async function startWeb(t: TestContext, database: string): Promise<string> {
  const web = startExample(t, 'webapp/web/server.mjs', { PORT: '0', DATABASE_URL: database });
  const [, url] = await web.printed(/web ready on (\S+)/);
  return url as string;
}

const addNote = (web: string, note: string) => fetch(`${web}/notes`, { method: 'POST', body: new URLSearchParams({ note }) });

test('the migration job ends with exit 0, and finds nothing to do the second time', async (t) => {
  const { url } = await startDatabase(t, makeFolder(t));
  assert.match(await migrate(t, url), /applied 001 .*\napplied 002 .*\nschema is at version 2, 2 migration/);
  assert.match(await migrate(t, url), /^schema is at version 2, 0 migration/);
});

test('the migration job fails when there is no database', async (t) => {
  const job = startExample(t, 'webapp/database/migrate.mjs', { DATABASE_URL: 'http://127.0.0.1:1' });
  assert.deepEqual(await job.exited, { code: 1, signal: null });
});

test('the web server is healthy once the database is migrated, and not before', async (t) => {
  const { url } = await startDatabase(t, makeFolder(t));
  const web = await startWeb(t, url);
  assert.equal((await fetch(`${web}/health`)).status, 503);
  await migrate(t, url);
  assert.equal((await fetch(`${web}/health`)).status, 200);
});

test('a note outlives a kill of the database, and is shown as text', async (t) => {
  const folder = makeFolder(t);
  const first = await startDatabase(t, folder);
  await migrate(t, first.url);
  assert.match(await (await addNote(await startWeb(t, first.url), '<b>kept</b>')).text(), /<li>&#60;b&#62;kept/);
  first.database.signal('SIGKILL');
  await first.database.exited;
  const second = await startDatabase(t, folder);
  assert.match(await (await fetch(await startWeb(t, second.url))).text(), /kept/);
});

test('the backup holds what the database holds', async (t) => {
  const folder = makeFolder(t);
  const { url } = await startDatabase(t, folder);
  await migrate(t, url);
  const backup = startExample(t, 'webapp/database/backup.mjs', { DATABASE_URL: url, BACKUP_FILE: join(folder, 'backup.json') });
  assert.deepEqual(await backup.exited, { code: 0, signal: null });
  assert.deepEqual(JSON.parse(readFileSync(join(folder, 'backup.json'), 'utf8')), { notes: [], schema_version: 2 });
});

test('an announced address is taken back, and taking it back twice is no error', async (t) => {
  const file = join(makeFolder(t), 'url.txt');
  const announce = async (...args: string[]) => {
    assert.deepEqual(await startExample(t, 'webapp/web/announce.mjs', { URL_FILE: file }, args).exited, { code: 0, signal: null });
  };
  await announce('http://127.0.0.1:3000');
  assert.equal(readFileSync(file, 'utf8'), 'http://127.0.0.1:3000\n');
  await announce();
  assert.throws(() => readFileSync(file), { code: 'ENOENT' });
  await announce();
});
