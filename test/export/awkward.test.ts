// What the engines themselves refused or misread, or would have (test/engines/).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { ENGINES, type Engine } from '../../src/export/export-project.ts';
import { AWKWARD, asKubelet, JOBS, TEXTS } from './awkward.ts';
import { documents, exportShop } from './shop.ts';

const nomad = (files: Readonly<Record<string, string>>): string =>
  Object.entries(files)
    .filter(([name]) => name.endsWith('.hcl'))
    .map(([, text]) => text)
    .join('\n');

for (const engine of Object.keys(ENGINES) as Engine[]) {
  test(`two services that ${engine} would take for one are told, and nothing is written`, (t) => {
    const services = 'services: {a.b: {image: i, command: [sleep, "1"]}, A_b: {image: i, command: [sleep, "2"]}}\n';
    assert.ok(exportShop(t, engine, services).fatal.includes('A_b command'));
  });

  test(`a name that is too long for ${engine} is cut, and still another one than its neighbour's`, (t) => {
    const long = 'x'.repeat(63);
    const { files, fatal } = exportShop(
      t,
      engine,
      `services: {${long}1: {image: i, command: [ls]}, ${long}2: {image: i, command: [ls]}}\n`,
    );
    assert.deepEqual(fatal, []);
    const names = new Set(
      [
        ...Object.values(files)
          .join('\n')
          .matchAll(/x{20,}-\w+/g),
      ].map(([name]) => name),
    );
    assert.equal(names.size, 2);
    for (const name of names) assert.ok(name.length <= 63, name);
  });
}

for (const engine of ['kubernetes', 'nomad'] as const)
  test(`two ports that ${engine} would take for one are told`, (t) => {
    const text = 'services: {a: {image: i, command: [ls], ports: {b-c: 1234}}, a-b: {image: i, command: [ls], ports: {c: 1235}}}\n';
    assert.deepEqual(exportShop(t, engine, text).fatal, ['a-b ports.c']);
  });

for (const engine of ['compose', 'kubernetes', 'nomad'] as const)
  test(`no file of secrets gets into an image for ${engine}, and the Dockerfile says how it is made`, (t) => {
    const { files } = exportShop(t, engine);
    // secrets.env beside the files, and the `shop.env` of systemd.
    assert.ok(files['Dockerfile.dockerignore']?.split('\n').includes('**/*.env'));
    assert.match(files['Dockerfile.web'] ?? '', new RegExp(`docker build -t shop-web:local -f deploy/${engine}/Dockerfile.web \\.$`, 'm'));
  });

test('a program of Node outside of the project is in no image of it', (t) => {
  assert.deepEqual(exportShop(t, 'compose', 'services: {a: {command: [node, x.mjs], cwd: /}}\n').fatal, ['a cwd']);
});

test('texts that older readers of YAML take for something else are quoted', (t) => {
  const { files } = exportShop(t, 'kubernetes', 'services: {a: {image: i, command: [ls, "yes", "1:30", "=", "0777", "off"]}}\n');
  for (const text of ['yes', '1:30', '=', '0777', 'off']) assert.ok(files['kubernetes.yaml']?.includes(`- "${text}"\n`), text);
});

test('two dollars are two dollars for kubernetes, whatever comes after them', (t) => {
  const [{ spec }] = documents(exportShop(t, 'kubernetes', AWKWARD).files['kubernetes.yaml']);
  const { env } = spec.template.spec.containers.find(({ args }: { args: string[] }) => args.includes('echo.cjs'));
  const value = env.find(({ name }: { name: string }) => name === 'ODD_DOLLARS').value as string;
  assert.equal(value, '5$ $$$ $HOME $$$HOME $$(HOME) $$$$(HOME) $');
  assert.equal(asKubelet(value), TEXTS['ODD_DOLLARS']);
});

test('a secret whose name is no word is asked for under one', (t) => {
  const text = 'services: {a: {image: i, command: [ls], env: {"1st api-token": hunter2}}}\n';
  const compose = exportShop(t, 'compose', text).files;
  assert.equal(parse(compose['compose.yaml'] ?? '').services.a.environment['1st api-token'], '${_1st_api_token:?is a secret}');
  assert.equal(compose['.env.example'], '_1st_api_token=\n');
  const [{ spec }] = documents(exportShop(t, 'kubernetes', text).files['kubernetes.yaml']);
  assert.equal(spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.key, '_1st_api_token');
  assert.match(nomad(exportShop(t, 'nomad', text).files), /1st api-token=\{\{ \._1st_api_token \| toJSON \}\}/);
  const systemd = exportShop(t, 'systemd', text);
  assert.ok(systemd.lost.includes('a env.1st api-token'));
  assert.doesNotMatch(Object.values(systemd.files).join(), /token/);
});

const DISABLED = 'services: {a: {image: i, command: [ls], enabled: false}, b: {image: i, command: [ls], depends_on: [a]}}\n';

test('systemd: what is not enabled is not started by what waits for it, and that is told', (t) => {
  const { files, lost } = exportShop(t, 'systemd', DISABLED);
  const unit = Object.entries(files).find(([name]) => name.endsWith('-b.service'))?.[1] ?? '';
  assert.match(unit, /^After=\S+-a\.service$/m);
  assert.doesNotMatch(unit, /^(Wants|Requires)=/m);
  assert.ok(lost.includes('b depends_on.a'));
});

test('compose: what waits for a service that is not enabled is no mistake, and told', (t) => {
  const { files, lost } = exportShop(t, 'compose', DISABLED);
  const [{ services }] = documents(files['compose.yaml']);
  assert.ok(lost.includes('b depends_on.a'));
  assert.deepEqual(services.b.depends_on, { a: { condition: 'service_started', required: false } });
});

test('kubernetes: without services, a job does first what it waits for, and has its folder', (t) => {
  const { files, lost } = exportShop(t, 'kubernetes', JOBS);
  const [job, ...others] = documents(files['kubernetes.yaml']);
  const { initContainers, containers, volumes } = job.spec.template.spec;
  assert.deepEqual([others, job.kind, initContainers.map(({ name }: { name: string }) => name)], [[], 'Job', ['a', 'b']]);
  assert.deepEqual(containers[0].args, ['ls', '/state/c']);
  assert.deepEqual(volumes, [{ name: 'state-c', emptyDir: {} }]);
  assert.deepEqual(lost, []);
});

test('nomad: without services, the last job is what the others come before, one after the other', (t) => {
  const text = nomad(exportShop(t, 'nomad', JOBS).files);
  assert.match(text, /^ {2}type = "batch"$/m);
  assert.equal(text.match(/hook = "prestart"/g)?.length, 2);
  assert.match(text, /task "b" \{[^]*until \[ -e \/alloc\/tmp\/a\.done \]/);
  assert.match(text, /task "a" \{[^]*&& : > \/alloc\/tmp\/a\.done/);
});

test('nomad: what has times of its own is waited for by nobody, and finds the others at the node', (t) => {
  const { files, lost } = exportShop(
    t,
    'nomad',
    `services:
  web: {image: i, command: [ls], ports: {http: 8080}, depends_on: {tidy: {condition: completed}}}
  tidy: {type: job, image: i, command: [ls, "127.0.0.1:8080"], ports: {x: 8081}, schedule: {cron: "0 2 * * *", misfire: skip}}
`,
  );
  assert.deepEqual(lost, ['tidy command', 'web depends_on.tidy']);
  assert.match(files['project.nomad.hcl'] ?? nomad(files), /command = "ls"/);
  assert.doesNotMatch(nomad(files), /until/);
  const periodic = Object.entries(files).find(([name]) => name.endsWith('-tidy.nomad.hcl'))?.[1] ?? '';
  assert.match(periodic, /args = \["\$\$\{attr\.unique\.network\.ip-address\}:8080"\]/);
  assert.match(periodic, /port "tidy_x" \{/);
});

test('nomad: the restarts of a service fit into their interval', (t) => {
  const restart = (keys: string): readonly (string | undefined)[] => {
    const text = nomad(exportShop(t, 'nomad', `services: {a: {image: i, command: [ls], restart: {${keys}}}}\n`).files);
    return [...text.matchAll(/^ {8}(?:attempts|interval|delay|mode) = "?(\w+)/gm)].map(([, value]) => value);
  };
  assert.deepEqual(restart('max_attempts: unlimited, max_crashes: unlimited, window: 10s, backoff: {initial: 3s}'), [
    '3',
    '10s',
    '3s',
    'delay',
  ]);
  assert.deepEqual(restart('max_crashes: unlimited, window: 10s, backoff: {initial: 3s}'), ['10', '30s', '3s', 'delay']);
  assert.deepEqual(restart('max_crashes: 2, window: 10s, retry_after: never'), ['2', '10s', '1s', 'fail']);
  assert.deepEqual(restart('policy: never').slice(0, 1).concat(restart('policy: never').slice(3)), ['0', 'fail']);
});

test('nomad: of the escapes in a text only those that HCL knows are used', (t) => {
  assert.match(nomad(exportShop(t, 'nomad', AWKWARD).files), /bell \\u0007 back \\u0008 feed \\u000c escape \\u001b/);
});

test('systemd: a backslash at the end of a description takes no line with it', (t) => {
  const { files } = exportShop(t, 'systemd', AWKWARD);
  assert.match(Object.values(files).join('\n'), /^Description=ends with a backslash \\\\\nPartOf=/m);
});
