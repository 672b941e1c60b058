import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENGINES, type Engine } from '../../src/export/export-project.ts';
import { exportShop } from './shop.ts';

for (const engine of Object.keys(ENGINES) as Engine[]) {
  test(`no secret is in a file for ${engine}, and the ones to be given are listed`, (t) => {
    const { files } = exportShop(t, engine);
    for (const [name, text] of Object.entries(files)) assert.doesNotMatch(text, /hunter2|swordfish/, name);
    const [list] = Object.entries(files).filter(([name]) => name.endsWith('.example'));
    assert.equal(list?.[1], 'DATABASE_URL=\nPOSTGRES_PASSWORD=\n');
  });

  test(`a secret in a command is not written for ${engine}, and told`, (t) => {
    const text = 'services: {a: {image: i, command: [sleep, "${env.DB_WORD}"]}}\n';
    const { files, lost } = exportShop(t, engine, text);
    for (const file of Object.values(files)) assert.doesNotMatch(file, /swordfish/);
    assert.ok(lost.includes('a command'), lost.join());
  });

  test(`that nobody is told is told for ${engine}`, (t) => {
    const text = 'notifications: [{command: [sleep, "1"]}]\nservices: {a: {image: i, command: [sleep, "1"]}}\n';
    assert.ok(exportShop(t, engine, text).lost.includes('null notifications'));
  });

  test(`an output of another service is told where it cannot be had with ${engine}`, (t) => {
    const text = `services:
  a: {image: i, command: [sleep, "1"], outputs: {url: {match: x}}}
  b: {image: i, command: [sleep, "1"], env: {URL: "\${services.a.outputs.url}"}}
  c: {image: i, command: [sleep, "\${services.a.outputs.url}"]}
`;
    const { files, lost } = exportShop(t, engine, text);
    for (const file of Object.values(files)) assert.ok(!file.includes('\0'));
    for (const each of ['a outputs', 'b env.URL', 'c command']) assert.ok(lost.includes(each), `${each} of ${lost.join()}`);
  });
}

for (const engine of ['compose', 'kubernetes', 'nomad'] as const) {
  test(`without an image there is no service for ${engine}`, (t) => {
    const { lost } = exportShop(t, engine, 'services: {a: {command: [sleep, "1"]}}\n');
    assert.ok(lost.includes('a image'));
  });

  test(`an address that only the container itself reaches is told for ${engine}`, (t) => {
    const { lost } = exportShop(t, engine, 'services: {a: {image: i, command: [sleep, "127.0.0.1"], env: {HOST: localhost}}}\n');
    assert.ok(lost.includes('a command') && lost.includes('a env.HOST'));
  });

  test(`services that Node runs get a Dockerfile for ${engine}, one a folder, without secrets and state in it`, (t) => {
    const { files } = exportShop(t, engine);
    assert.match(files['Dockerfile'] ?? '', /^COPY package\.json \.\/\nRUN cd \.\/ && npm install --omit=dev$/m);
    assert.match(
      files['Dockerfile.web'] ?? '',
      /^COPY web\/package\.json web\/package-lock\.json \.\/web\/\nRUN cd \.\/web\/? && npm ci --omit=dev$/m,
    );
    assert.match(files['Dockerfile.web'] ?? '', /^USER node$/m);
    for (const ignored of ['**/.env', '.omniroute', '**/node_modules'])
      assert.ok(files['Dockerfile.web.dockerignore']?.split('\n').includes(ignored));
  });
}
