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
