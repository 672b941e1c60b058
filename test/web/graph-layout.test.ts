import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layOutGraph } from '../../src/web/graph-layout.ts';

const place = (dependsOn: Readonly<Record<string, readonly string[]>>): Record<string, string> =>
  Object.fromEntries(
    layOutGraph(Object.entries(dependsOn).map(([name, needs]) => ({ name, dependsOn: needs }))).map(({ name, column, row }) => [
      name,
      `${column},${row}`,
    ]),
  );

test('a service stands to the right of everything that it needs, by the longest way', () => {
  assert.deepEqual(place({ web: ['api', 'db'], api: ['db'], db: [] }), { web: '2,0', api: '1,0', db: '0,0' });
});

test('services of one column have rows of their own, near what they need', () => {
  assert.deepEqual(place({ a: [], b: [], onB: ['b'], onA: ['a'] }), { a: '0,0', b: '0,1', onA: '1,0', onB: '1,1' });
});

test('names that are no service, and a circle, are no reason to fail', () => {
  assert.deepEqual(place({ a: ['gone'] }), { a: '0,0' });
  assert.equal(Object.keys(place({ a: ['b'], b: ['a'] })).length, 2);
});
