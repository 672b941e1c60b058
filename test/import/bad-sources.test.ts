import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BAD_SOURCES } from './bad-sources.ts';
import { importText, tell } from './import-fixture.ts';

for (const [what, { says, ...given }] of Object.entries(BAD_SOURCES)) {
  test(`${what} is told with its place`, () => {
    const result = importText(given);
    assert.equal(result.ok, false);
    const first = tell(result).find((line) => line.includes(' error '));
    assert.ok(first?.startsWith(says), `${first}\ndoes not begin with\n${says}`);
  });
}

test('an error says which service, and every error is told at once', () => {
  const text = 'services:\n  a: {command: a, restart: x}\n  b: {command: b, mem_limit: y}\n';
  const { ok, diagnostics } = importText({ name: 'compose.yaml', text });
  assert.equal(ok, false);
  assert.deepEqual(
    diagnostics.map(({ service }) => service),
    ['a', 'b'],
  );
});

test('a program that gives no map is told of once', () => {
  assert.equal(importText({ name: 'ecosystem.config.mjs', text: 'export default 5', evaluated: 5 }).diagnostics.length, 1);
});

test('a host that only the network of compose knows is told of, whether or not its service is carried over', () => {
  const text = `services:
  db: {image: postgres}
  api: {command: ./api, environment: {DATABASE_URL: "postgres://u:p@db:5432/x", FAR: "https://db.example.org/", SELF: api}}
  web: {command: ./web, environment: ["API=api:8080", "API_URL=http://api", "NOTHING=db is mentioned"]}
`;
  assert.deepEqual(
    importText({ name: 'compose.yaml', text }).diagnostics.flatMap(({ code, message }) => (code === 'changed' ? [message] : [])),
    [
      "`DATABASE_URL`: `db` is a host of compose's network alone",
      "`environment`: `api` is a host of compose's network alone",
      "`environment`: `api` is a host of compose's network alone",
    ],
  );
});

test('an attempt of a probe may take a second, as in process-compose, where the start is bounded by attempts', () => {
  const text = 'processes:\n  db: {command: ./db, readiness_probe: {exec: {command: "true"}, period_seconds: 2}}\n';
  const result = importText({ name: 'process-compose.yaml', text });
  assert.deepEqual(result.diagnostics, []);
  assert.match(result.ok ? result.text : '', /timeout: 1s\n +start_timeout: 6s/);
});

test('whatever values the keys of a file have, it is read or refused, and never throws', () => {
  const keys = ['script', 'args', 'env', 'instances', 'watch', 'command', 'depends_on', 'ports', 'healthcheck', 'deploy', 'availability'];
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(null, true, 0, -1, 1.5, '', '$', '${', '${A:-${B}}', '{{ . }}', 'a b', 'no', 'CMD'),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keys, 'test', 'restart', 'x'), tie('any'), { maxKeys: 4 }),
    ),
  })).any;
  fc.assert(
    fc.property(fc.constantFrom('ecosystem.json', 'process-compose.yaml', 'compose.yaml', 'package.json'), value, (name, any) => {
      const root = { apps: [any], processes: { a: any }, services: { a: any, b: any }, scripts: any };
      importText({ name, text: JSON.stringify(root) });
    }),
    { numRuns: 500, seed: 20 },
  );
});
