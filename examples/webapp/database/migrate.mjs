// The migration job: brings the database to the newest schema and ends. Run again it finds nothing to do.
const database = process.env.DATABASE_URL ?? 'http://127.0.0.1:5433';

const migrations = [
  { name: '001 create notes', run: () => put('notes', []) },
  {
    name: '002 give notes a time',
    run: async () =>
      put(
        'notes',
        (await get('notes')).map((note) => (typeof note === 'string' ? { text: note, createdAt: null } : note)),
      ),
  },
];

async function get(key) {
  const response = await fetch(`${database}/${key}`);
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`GET ${key}: ${response.status} ${await response.text()}`);
  return response.json();
}

async function put(key, value) {
  const response = await fetch(`${database}/${key}`, { method: 'PUT', body: JSON.stringify(value) });
  if (!response.ok) throw new Error(`PUT ${key}: ${response.status} ${await response.text()}`);
}

const applied = (await get('schema_version')) ?? 0;
for (const [index, migration] of migrations.entries()) {
  if (index < applied) continue;
  await migration.run();
  await put('schema_version', index + 1);
  console.log(`applied ${migration.name}`);
}
console.log(`schema is at version ${migrations.length}, ${Math.max(0, migrations.length - applied)} migration(s) applied now`);
