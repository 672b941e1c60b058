import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindOfName, type SourceKind } from '../../src/import/source-kind.ts';
import { importText } from './import-fixture.ts';

test('the name of a file tells its kind', () => {
  const names: Readonly<Record<string, SourceKind | null>> = {
    Procfile: 'procfile',
    'Procfile.dev': 'procfile',
    'app.procfile': 'procfile',
    'ecosystem.config.js': 'pm2',
    'ecosystem.config.cjs': 'pm2',
    'ecosystem.json': 'pm2',
    'ecosystem.staging.yml': 'pm2',
    'shop-pm2.yaml': 'pm2',
    'processes.json': 'pm2',
    'process-compose.yaml': 'process-compose',
    'process-compose.dev.yml': 'process-compose',
    'compose.yaml': 'compose',
    'docker-compose.override.yml': 'compose',
    'package.json': 'package-json',
    'things.yaml': null,
    'process.yaml': null,
  };
  assert.deepEqual(Object.fromEntries(Object.keys(names).map((name) => [name, kindOfName(name)])), names);
});

test('else its keys do', () => {
  const texts: Readonly<Record<string, SourceKind>> = {
    'apps: [{script: a.js}]': 'pm2',
    '[{script: a.js}]': 'pm2',
    'processes: {a: {command: a}}': 'process-compose',
    'services: {a: {command: a}}': 'compose',
    '{"scripts": {"start": "a"}}': 'package-json',
  };
  for (const [text, kind] of Object.entries(texts)) {
    const result = importText({ name: 'file.txt', text });
    assert.ok(result.ok);
    assert.equal(result.kind, kind);
  }
});

test('what is said wins over name and keys', () => {
  const result = importText({ name: 'compose.yaml', text: 'processes: {a: {command: a}}', kind: 'process-compose' });
  assert.ok(result.ok && result.kind === 'process-compose');
});
