// The "database": a tiny key-value server over HTTP that keeps everything in one JSON file.
//   GET /KEY → the value or 404 · PUT /KEY with a JSON body → stored · GET / → everything
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname } from 'node:path';
import { json } from 'node:stream/consumers';

const port = Number(process.env.PORT ?? 5433);
const file = process.env.DATA_FILE ?? 'data.json';

mkdirSync(dirname(file), { recursive: true });
const rows = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};

/** Written aside and renamed: a crash in between leaves the old data, never half of the new. */
function persist() {
  writeFileSync(`${file}.new`, JSON.stringify(rows, null, 2));
  renameSync(`${file}.new`, file);
}

async function answer(request) {
  const key = decodeURIComponent(request.url.slice(1));
  if (request.method === 'PUT' && key) {
    rows[key] = await json(request);
    persist();
    return [200, rows[key]];
  }
  if (request.method !== 'GET') return [405, { error: 'GET and PUT only' }];
  if (key === '') return [200, rows];
  return Object.hasOwn(rows, key) ? [200, rows[key]] : [404, { error: `no row ${key}` }];
}

const server = createServer(async (request, response) => {
  const [status, value] = await answer(request).catch((error) => [400, { error: error.message }]);
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(value)}\n`);
});

server.listen(port, process.env.HOST ?? '127.0.0.1', () =>
  console.log(`database ready on :${server.address().port}, ${Object.keys(rows).length} row(s) from ${file}`),
);
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
