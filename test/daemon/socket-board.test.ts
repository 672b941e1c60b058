import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { SocketBoard } from '../../src/daemon/socket-board.ts';
import { freePort } from '../../src/process/ports.ts';
import type { ServiceSpec, SocketSpec } from '../../src/spec.ts';
import { takePort } from '../rig/free-port.ts';
import type { Given } from '../supervisor/sample-spec.ts';
import { Scenario } from '../supervisor/scenario.ts';

const at = (name: string, port: number): SocketSpec => ({ name, address: { type: 'tcp', host: '127.0.0.1', port } });

function setUp(context: TestContext): SocketBoard {
  const board = new SocketBoard();
  context.after(() => board.close());
  return board;
}

function instances(...sockets: SocketSpec[]): Record<string, Given> {
  const place = (number: number): Given => ({ sockets, instance: { of: 'web', number, maxUnavailable: 1, upAtOnce: null } });
  return { 'web:1': place(1), 'web:2': place(2) };
}

const specOf = (story: Scenario, name: string): ServiceSpec => story.service(name).spec;

/** Whether somebody who connects waits, instead of being refused. */
async function isHeld(port: number): Promise<boolean> {
  const client = connect(port, '127.0.0.1');
  const [error] = await Promise.race([once(client, 'connect'), once(client, 'error')]).catch((refused) => [refused]);
  client.destroy();
  return error === undefined;
}

test('instances that come at once get the same descriptors', async (context) => {
  const board = setUp(context);
  const story = new Scenario(instances(at('http', await freePort()))).up();
  const [one, other] = await Promise.all([board.hold(specOf(story, 'web:1')), board.hold(specOf(story, 'web:2'))]);
  assert.ok(Array.isArray(one) && one.length === 1);
  assert.deepEqual(one, other);
});

test('who is in the way is named, until nobody is', async (context) => {
  const board = setUp(context);
  const { port, release } = await takePort(context);
  const story = new Scenario({ web: { sockets: [at('http', port)] } }).up();
  const taken = { type: 'socket', socket: 'http', address: `127.0.0.1:${port}`, pid: process.pid, command: 'node', outlived: null };
  for (let look = 0; look < 3; look++) assert.deepEqual(await board.claim(specOf(story, 'web')), [taken]);
  await release();
  assert.deepEqual(await board.claim(specOf(story, 'web')), []);
});

test('all that is taken is told, and what becomes free in between is not told any more', async (context) => {
  const board = setUp(context);
  const [one, other] = [await takePort(context), await takePort(context)];
  const sockets = [at('http', one.port), at('free', await freePort()), at('admin', other.port)];
  const story = new Scenario({ web: { sockets } }).up();
  const look = async () => (await board.claim(specOf(story, 'web'))).map((taken) => taken.type === 'socket' && taken.socket);
  for (let n = 0; n < 2; n++) assert.deepEqual(await look(), ['http', 'admin']);
  await one.release();
  assert.deepEqual(await look(), ['admin']);
  await other.release();
  assert.deepEqual(await look(), []);
});

test('what is taken while another address is waited for is told as well', async (context) => {
  const board = setUp(context);
  const [one, other] = [await takePort(context), await takePort(context)];
  const story = new Scenario({ web: { sockets: [at('http', one.port), at('admin', other.port)] } }).up();
  const look = async () => (await board.claim(specOf(story, 'web'))).map((taken) => taken.type === 'socket' && taken.socket);
  await other.release();
  assert.deepEqual(await look(), ['http']);
  await takePort(context, other.port);
  assert.deepEqual(await look(), ['http', 'admin']);
});

test('an address that omniroute itself holds, for another service, is told as that', async (context) => {
  const board = setUp(context);
  const port = await freePort();
  const story = new Scenario({ web: { sockets: [at('http', port)] }, copy: { sockets: [at('http', port)] } }).up();
  await board.hold(specOf(story, 'web'));
  const [taken] = await board.claim(specOf(story, 'copy'));
  assert.deepEqual([taken?.pid, taken?.command], [process.pid, 'omniroute, for web']);
});

test('an address that a process has is held until that ends, though the file names another one', async (context) => {
  const board = setUp(context);
  const [before, after] = [await freePort(), await freePort()];
  const story = new Scenario(instances(at('http', before))).up();
  await board.hold(specOf(story, 'web:1'));
  board.keepWanted(story.state);
  story.hold('spawn').load(instances(at('http', after)));
  assert.deepEqual(await board.claim(specOf(story, 'web:1')), []);
  board.keepWanted(story.state);
  assert.deepEqual([await isHeld(before), await isHeld(after)], [true, true], 'web:2 has not had its turn');
  board.keepWanted(story.spawned('web:1').state);
  await board.hold(specOf(story, 'web:1'));
  assert.deepEqual([await isHeld(before), await isHeld(after)], [false, true]);
});

test('an address that is not held, and that another process of the service has, is from before', async (context) => {
  const board = setUp(context);
  const { port } = await takePort(context);
  const story = new Scenario(instances(at('http', port))).up();
  board.keepWanted(story.state);
  const [taken] = await board.claim(specOf(story, 'web:1'));
  assert.equal(taken?.type === 'socket' && taken.outlived, 'web');
});

test('of a service that is stopped nothing is held any more', async (context) => {
  const board = setUp(context);
  const port = await freePort();
  const story = new Scenario({ web: { sockets: [at('http', port)] } }).up();
  await board.hold(specOf(story, 'web'));
  board.keepWanted(story.state);
  assert.ok(await isHeld(port));
  board.keepWanted(story.stop('web').state);
  await board.close();
  assert.equal(await isHeld(port), false);
});
