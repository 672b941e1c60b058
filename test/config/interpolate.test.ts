import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outputMarker } from '../../src/output-ref.ts';
import { loadFiles, loadGood, loadService } from './load-text.ts';

const env = { PATH: process.env['PATH'], HERE: 'value', EMPTY: '', PORT_NUMBER: '8080', SEVEN: '007' };

test('a variable is filled in, alone or inside a string', (t) => {
  const service = loadService(t, 'command: [node, "${env.HERE}", "a-${env.HERE}-${env.HERE}"]', { env });
  assert.deepEqual(service.command, ['node', 'value', 'a-value-value']);
});

test('a default stands in for a variable that is unset or empty', (t) => {
  const service = loadService(
    t,
    'command: [node, "${env.NOPE:-x:-y}", "${env.EMPTY:-z}", "${env.HERE:-no}", "${env.NOPE:-}", "[${env.EMPTY}]"]',
    { env },
  );
  assert.deepEqual(service.command, ['node', 'x:-y', 'z', 'value', '', '[]']);
});

test('a reference can give a number where one is wanted, and text where text is', (t) => {
  const service = loadService(
    t,
    'command: [node, "${env.SEVEN}"]\nports: {http: "${env.PORT_NUMBER}", metrics: "${env.NOPE:-9090}"}\nenv: {P: "${env.PORT_NUMBER}", S: "${env.SEVEN}"}',
    { env },
  );
  assert.deepEqual(service.ports, { http: 8080, metrics: 9090 });
  assert.deepEqual(service.env, { P: '8080', S: '007' });
  assert.deepEqual(service.command, ['node', '007']);
});

test('durations and sizes may come from the environment, and are checked', (t) => {
  const good = loadService(t, 'command: node\nstop: {grace_period: "${env.GRACE:-7s}"}');
  assert.equal(good.stop.gracePeriodMs, 7000);
  const { lines } = loadFiles(t, 'services:\n  a: {command: node, stop: {grace_period: "${env.GRACE:-7}"}}\n');
  assert.equal(lines[0], 'omniroute.yaml:2:43 error bad-duration: `grace_period`: `7` has no unit');
});

test('ports, names and folders of the project can be referred to', (t) => {
  const text =
    'name: p\nstate_dir: /s\nservices:\n  a/b:\n    command: [node, "${ports.http}", "${services.c.ports.x}", "${project.name}", "${service.dir}"]\n    ports: {http: 80}\n  c: {command: node, ports: {x: 81}}\n';
  assert.deepEqual(loadGood(t, text).project.services['a/b']?.command, ['node', '80', '81', 'p', '/s/a/b']);
});

test('`$${` is a literal', (t) => {
  assert.deepEqual(loadService(t, 'shell: "echo $${HOME} $HOME $$ {}"').command, ['/bin/sh', '-c', 'echo ${HOME} $HOME $$ {}']);
});

test('an output of another service becomes a marker that waits for its value', (t) => {
  const text = 'services:\n  a: {command: [node, "--url=${services.t.outputs.url}"]}\n  t: {command: node, outputs: {url: {match: x}}}\n';
  assert.equal(loadGood(t, text).project.services['a']?.command[1], `--url=${outputMarker({ service: 't', output: 'url' })}`);
});

test('an output is refused where it would be needed before it is known', (t) => {
  const { lines } = loadFiles(
    t,
    'services:\n  a: {command: node, cwd: "${services.t.outputs.url}"}\n  t: {command: node, outputs: {url: {match: x}}}\n',
  );
  assert.match(lines[0] ?? '', /^omniroute\.yaml:2:28 error bad-reference: an output is known only while its service runs/);
  assert.equal(lines.length, 1);
});

test('a service cannot wait for its own output', (t) => {
  const { lines } = loadFiles(t, 'services:\n  a: {command: [node, "${services.a.outputs.url}"], outputs: {url: {match: x}}}\n');
  assert.match(lines[0] ?? '', /error never-holds: `a` would wait for its own output/);
});

test('a reference in `defaults` means the service that takes it', (t) => {
  const text = 'state_dir: /s\ndefaults: {env: {DATA: "${service.dir}"}}\nservices: {a: {command: node}, b: {command: node}}\n';
  const { services } = loadGood(t, text).project;
  assert.deepEqual([services['a']?.env, services['b']?.env], [{ DATA: '/s/a' }, { DATA: '/s/b' }]);
});

test("what an environment lacks, the project's env file can give", (t) => {
  const files = {
    'omniroute.yaml': 'env_file: .env\nservices: {a: {command: [node, "${env.FROM_FILE}", "${env.HERE}"]}}\n',
    '.env': 'FROM_FILE=file\nHERE=file\n',
  };
  assert.deepEqual(loadGood(t, files, { env }).project.services['a']?.command, ['node', 'file', 'value']);
});

test('the hint for a shell variable says both ways out', (t) => {
  const { diagnostics } = loadFiles(t, 'services: {a: {shell: "echo ${HOME}"}}\n');
  assert.equal(diagnostics[0]?.hint, 'write `${env.HOME}` for the variable, or `$${HOME}` for these very characters');
});

test('keys that begin with x- are left alone', (t) => {
  loadGood(t, 'x-note: "${whatever}"\nservices: {a: {command: node, x-note: "${whatever}"}}\n');
});
