import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childWords, type UpRequest } from '../../../src/cli/up/up-request.ts';

const request: UpRequest = {
  files: ['/p/omniroute.yaml'],
  services: [],
  profiles: [],
  withDependencies: true,
  takesOver: false,
  recovery: true,
  maxRestarts: null,
  watch: true,
  listen: null,
};

test('the detached child is told no more than what differs from the default', () => {
  assert.deepEqual(childWords(request), ['up', '--detached-child', '--file', '/p/omniroute.yaml', '--']);
});

test('everything that was asked for reaches the detached child', () => {
  const words = childWords({
    files: ['/p/a.yaml', '/p/b.yaml'],
    services: ['server', '--odd'],
    profiles: ['tunnel'],
    withDependencies: false,
    takesOver: false,
    recovery: false,
    maxRestarts: 0,
    watch: false,
    listen: { host: '::1', port: 9000 },
  });
  assert.deepEqual(words, [
    'up',
    '--detached-child',
    '--file',
    '/p/a.yaml',
    '--file',
    '/p/b.yaml',
    '--profile',
    'tunnel',
    '--no-deps',
    '--no-recovery',
    '--max-restarts',
    '0',
    '--no-watch',
    '--listen',
    '[::1]:9000',
    '--',
    'server',
    '--odd',
  ]);
});
