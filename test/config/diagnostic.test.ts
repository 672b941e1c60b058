import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDiagnostics } from '../../src/config/diagnostic.ts';
import { loadFiles } from './load-text.ts';

const BAD = 'version: 1\nservices:\n  server:\n    memmory: {hard: 512M}\n    command: node\n';

test('a mistake is shown with its lines, underlined, and a suggestion', (t) => {
  const { dir, diagnostics } = loadFiles(t, BAD);
  assert.equal(
    renderDiagnostics(diagnostics, { color: false, cwd: dir }),
    `omniroute.yaml:4:5 error unknown-key: \`memmory\` is not a key of a service — did you mean \`memory\`?
   2 │ services:
   3 │   server:
   4 │     memmory: {hard: 512M}
     │     ^^^^^^^
`,
  );
});

test('a hint stands below', (t) => {
  const { dir, diagnostics } = loadFiles(t, BAD.replace('memmory: {hard: 512M}', 'memory: {hard: 512}'));
  assert.match(renderDiagnostics(diagnostics, { color: false, cwd: dir }), /\n {5}│ {20}\^\^\^\n {5}= sizes need a unit: write 512MiB\n$/);
});

test('what is missing, or of another kind, is shown as it could be', (t) => {
  const hintOf = (readiness: string) => {
    const { diagnostics } = loadFiles(t, `services: {a: {command: node, readiness: ${readiness}}}\n`);
    return diagnostics[0]?.hint;
  };
  assert.equal(hintOf('{http: {}}'), 'as in `url: "http://127.0.0.1:${ports.http}/health"`');
  assert.equal(hintOf('{http: /health}'), 'as in `http: {url: "http://127.0.0.1:${ports.http}/health"}`');
});

test('colour changes nothing but colour', (t) => {
  const { dir, diagnostics } = loadFiles(t, BAD);
  const colored = renderDiagnostics(diagnostics, { color: true, cwd: dir });
  assert.match(colored, /\u001b\[31merror\u001b\[39m/);
  assert.equal(colored.replace(/\u001b\[\d+m/g, ''), renderDiagnostics(diagnostics, { color: false, cwd: dir }));
});

test('the mark is under the mistake after tabs and wide characters', (t) => {
  const { dir, diagnostics } = loadFiles(t, 'services:\n  a: {command: node, description: "日本",\tcwdd: x}\n');
  const [row, marks] = renderDiagnostics(diagnostics, { color: false, cwd: dir }).split('\n').slice(-3);
  const columns = [...(row ?? '').slice(0, (row ?? '').indexOf('cwdd'))].reduce(
    (sum, character) => sum + (/[日本]/.test(character) ? 2 : 1),
    0,
  );
  assert.equal((marks ?? '').indexOf('^'), columns);
});

test('an endless line is shown around its mistake', (t) => {
  const { dir, diagnostics } = loadFiles(
    t,
    `services: {a: {command: node, env: {${'A: b, '.repeat(1)}X: "${'y'.repeat(5000)}"}, cwdd: x, ${`x-a: "${'z'.repeat(5000)}"`}}}\n`,
  );
  const lines = renderDiagnostics(diagnostics, { color: false, cwd: dir }).trimEnd().split('\n');
  assert.ok(lines.every((line) => line.length < 200));
  const at = (lines.at(-1) ?? '').indexOf('^');
  assert.equal((lines.at(-2) ?? '').slice(at, at + 4), 'cwdd');
});

test('diagnostics are plain data', (t) => {
  const { diagnostics } = loadFiles(t, BAD);
  assert.deepEqual(JSON.parse(JSON.stringify(diagnostics)), diagnostics);
  assert.equal(diagnostics[0]?.service, 'server');
  assert.equal(diagnostics[0]?.length, 7);
});
