// The web server: a page of notes kept in the database. Edit and save it while `omniroute up` runs: only this service restarts.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

const port = Number(process.env.PORT ?? 3000);
const database = process.env.DATABASE_URL ?? 'http://127.0.0.1:5433';

const escapeHtml = (value) => value.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

async function readNotes() {
  const response = await fetch(`${database}/notes`);
  if (!response.ok) throw new Error(`the database answered ${response.status}: is it migrated?`);
  return response.json();
}

async function addNote(note) {
  const notes = [...(await readNotes()), { text: note, createdAt: new Date().toISOString() }];
  await fetch(`${database}/notes`, { method: 'PUT', body: JSON.stringify(notes) });
}

function renderPage(notes) {
  const items = notes.map((note) => `<li>${escapeHtml(note.text)}</li>`).join('\n');
  return `<!doctype html><title>Notes</title>
<h1>Notes</h1>
<ul>
${items}
</ul>
<form method="post" action="/notes"><input name="note" required> <button>Add</button></form>
`;
}

async function answer(request) {
  const route = `${request.method} ${request.url}`;
  if (route === 'GET /health') return { status: 200, body: `ok, ${(await readNotes()).length} note(s)\n` };
  if (route === 'GET /')
    return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: renderPage(await readNotes()) };
  if (route === 'POST /notes') {
    const note = new URLSearchParams(await text(request)).get('note');
    if (!note) return { status: 400, body: 'a note needs text\n' };
    await addNote(note);
    return { status: 303, headers: { location: '/' }, body: '' };
  }
  return { status: 404, body: `there is no ${route}\n` };
}

const server = createServer(async (request, response) => {
  const {
    status,
    headers = {},
    body,
  } = await answer(request).catch((error) => ({ status: 503, body: `${error.cause?.message ?? error.message}\n` }));
  console.log(`${request.method} ${request.url} ${status}`);
  response.writeHead(status, headers);
  response.end(body);
});

server.listen(port, process.env.HOST ?? '127.0.0.1', () => console.log(`web ready on http://127.0.0.1:${server.address().port}`));
process.once('SIGTERM', () => {
  server.close();
  server.closeIdleConnections();
});
