import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layOutGraph, type Spot } from '../../src/web/graph-layout.ts';

const layOut = (dependsOn: Readonly<Record<string, readonly string[]>>) =>
  layOutGraph(Object.entries(dependsOn).map(([name, needs]) => ({ name, dependsOn: needs })));
const show = ({ column, row }: Spot): string => `${column},${row}`;
const place = (dependsOn: Readonly<Record<string, readonly string[]>>): Record<string, string> =>
  Object.fromEntries([...layOut(dependsOn).boxes].map(([name, spot]) => [name, show(spot)]));

test('a service stands to the right of everything that it needs, by the longest way', () => {
  assert.deepEqual(place({ web: ['api', 'db'], api: ['db'], db: [] }), { web: '2,0', api: '1,0', db: '0,0' });
});

test('services of one column have rows of their own, near what they need', () => {
  assert.deepEqual(place({ a: [], b: [], onB: ['b'], onA: ['a'] }), { a: '0,0', b: '0,1', onA: '1,0', onB: '1,1' });
});

test('an edge over several columns has a spot in each that no box has', () => {
  const { boxes, edges } = layOut({ db: [], cache: [], job: ['db'], api: ['job', 'cache'] });
  const ways = edges.map(({ from, to, through }) => [from, to, ...through.map(show)]);
  assert.deepEqual(ways, [
    ['db', 'job'],
    ['job', 'api'],
    ['cache', 'api', '1,1'],
  ]);
  assert.ok(![...boxes.values()].some((spot) => show(spot) === '1,1'));
});

test('names that are no service, and a circle, are no reason to fail', () => {
  assert.deepEqual(place({ a: ['gone'] }), { a: '0,0' });
  const { boxes, edges } = layOut({ a: ['b'], b: ['a'], c: ['c'] });
  assert.deepEqual([boxes.size, edges.length], [3, 1]);
});
