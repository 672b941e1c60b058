import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderProjectNotes, renderServicesTable } from '../../../src/cli/render/services-table.ts';
import { textWidth } from '../../../src/cli/render/text-width.ts';
import { COLORED, NOW_MS, PLAIN, sampleProject, sampleService, stoppedService } from '../sample.ts';

const MIB = 1_048_576;
const services = [
  sampleService({ restarts: 1, cpuPercent: 3, memoryBytes: 212 * MIB, memoryLimitBytes: 1024 * MIB, ports: { http: 20128 } }),
  sampleService({
    name: 'mitm',
    state: 'backoff',
    pid: null,
    restarts: 2,
    nextAt: NOW_MS + 3200,
    ports: { proxy: 8443, admin: 8444 },
    why: 'exit 1: "Port 8443 already in use" held by 4121 (node)',
  }),
  sampleService({ name: 'tunnel', pid: 40377, cpuPercent: 0, memoryBytes: 31 * MIB, why: 'url=https://blue-cat.trycloudflare.com' }),
  stoppedService('spare'),
];
const options = { all: false, nowMs: NOW_MS, columns: null, paint: PLAIN };

test('ps shows one line a service: state, age, restarts, usage, ports and the reason', () => {
  assert.equal(
    renderServicesTable(services, options),
    `SERVICE  STATE         PID    UP     RESTARTS  CPU  MEM           PORTS      WHY
server   ready         40213  2h03m  1         3%   212 / 1024 M  20128      -
mitm     backoff 3.2s  -      -      2         -    -             8443,8444  exit 1: "Port 8443 already in use" held by 4121 (node)
tunnel   ready         40377  2h03m  0         0%   31 M          -          url=https://blue-cat.trycloudflare.com
`,
  );
});

test('a service that nobody asked for is shown only with -a', () => {
  assert.doesNotMatch(renderServicesTable(services, options), /spare/);
  assert.match(renderServicesTable(services, { ...options, all: true }), /^spare +stopped +- +- +- +- +- +- +-$/m);
});

test('a service that was stopped by hand is still shown', () => {
  assert.match(renderServicesTable([{ ...stoppedService('web'), run: 4, why: 'asked by cli' }], options), /^web +stopped .*asked by cli$/m);
});

test('a disabled service says so in its state', () => {
  assert.match(renderServicesTable([sampleService({ enabled: false, state: 'stopped', pid: null })], options), /stopped \(disabled\)/);
});

test('on a terminal of 80 columns every line fits, and name, state and reason are there', () => {
  const text = renderServicesTable(services, { ...options, columns: 80 });
  for (const line of text.split('\n')) assert.ok(textWidth(line) <= 80, line);
  assert.match(text, /^SERVICE +STATE.*WHY$/m);
  assert.match(text, /exit 1: "Port 844.*…$/m);
});

test('on 40 columns the name, the state and what there is room for of the reason remain', () => {
  const text = renderServicesTable(services, { ...options, columns: 40 });
  assert.match(text, /^SERVICE +STATE +WHY$/m);
  for (const line of text.split('\n')) assert.ok(textWidth(line) <= 40, line);
});

test('each state has its colour: good green, on its way cyan, trying yellow, given up red', () => {
  const stateOf = (state: Parameters<typeof sampleService>[0] & object) =>
    renderServicesTable([sampleService(state)], { ...options, paint: COLORED }).split('\n')[1] ?? '';
  assert.ok(stateOf({ state: 'ready' }).includes(COLORED.green('ready')));
  assert.ok(stateOf({ state: 'starting' }).includes(COLORED.cyan('starting')));
  assert.ok(stateOf({ state: 'unready' }).includes(COLORED.yellow('unready')));
  assert.ok(stateOf({ state: 'failed' }).includes(COLORED.red('failed')));
});

test('without colours there is not one escape', () => {
  assert.ok(!renderServicesTable(services, options).includes('\u001b'));
});

test('the notes name what is not shown, a file that is not what runs, and that omniroute is leaving', () => {
  const { file } = sampleProject();
  const notes = renderProjectNotes(
    sampleProject({ services, phase: 'going-down', file: { ...file, status: 'invalid', reason: 'omniroute.yaml:3:1: unknown key' } }),
    { all: false, paint: PLAIN },
  );
  assert.deepEqual(notes, [
    'not started: spare (ps -a shows them)',
    'omniroute is going down',
    'the file is invalid: omniroute.yaml:3:1: unknown key; generation 3 runs on (omniroute validate)',
  ]);
});

test('when all is as the file says there is nothing to note', () => {
  assert.deepEqual(renderProjectNotes(sampleProject(), { all: false, paint: PLAIN }), []);
});

test('sockets that are not held are told of a service that was taken over, and of none that is about to end', () => {
  const taken = { pid: 5, sockets: { http: { listen: '127.0.0.1:80', held: false } } };
  const noted = (given: Parameters<typeof sampleService>[0]): number =>
    renderProjectNotes(sampleProject({ services: [sampleService({ ...taken, ...given })] }), { all: true, paint: PLAIN }).length;
  assert.deepEqual([noted({}), noted({ desired: 'down' }), noted({ awaitsTurn: true })], [1, 0, 0]);
});
