import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dependentsOf, findCycle, startOrder, withDependencies } from '../src/graph.ts';
import type { Dependency } from '../src/spec.ts';

const READY: Dependency = { condition: 'ready', restart: 'never' };

function graph(needs: Record<string, readonly string[]>): Record<string, { dependsOn: Record<string, Dependency> }> {
  return Object.fromEntries(
    Object.entries(needs).map(([name, names]) => [name, { dependsOn: Object.fromEntries(names.map((each) => [each, READY])) }]),
  );
}

test('dependencies start first, and what is free stays in the order of the file', () => {
  assert.deepEqual(startOrder(graph({ tunnel: ['server'], other: [], server: ['db'], db: [] })), ['db', 'server', 'tunnel', 'other']);
});

test('a dependency that does not exist is left out', () => {
  assert.deepEqual(startOrder(graph({ a: ['toString', 'gone'] })), ['a']);
});

test('a cycle does not keep the order from ending', () => {
  assert.deepEqual(startOrder(graph({ a: ['b'], b: ['a'] })).sort(), ['a', 'b']);
});

test('the dependencies of a service come along, also indirect ones, and nothing else', () => {
  assert.deepEqual(withDependencies(graph({ a: ['b'], b: ['c'], c: [], d: ['c'] }), ['a']), ['c', 'b', 'a']);
});

test('dependents are those that name a service directly', () => {
  assert.deepEqual(dependentsOf(graph({ a: ['b'], b: ['c'], c: [], d: ['c'] }), 'c'), ['b', 'd']);
});

test('a cycle is given as it runs, without what leads into it', () => {
  assert.deepEqual(findCycle({ start: ['a'], a: ['b'], b: ['c'], c: ['a'] }), ['a', 'b', 'c', 'a']);
});

test('a service that needs itself is a cycle', () => {
  assert.deepEqual(findCycle({ a: ['a'] }), ['a', 'a']);
});

test('two ways to one dependency are no cycle', () => {
  assert.equal(findCycle({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }), null);
});
