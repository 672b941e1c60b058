import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Invocation } from '../../src/cli/invocation.ts';
import { openLiveView } from '../../src/cli/live-view.ts';
import { PLAIN, sampleEntry, sampleService, stoppedService } from './sample.ts';

/** An invocation whose two streams write into one list, as on a terminal. */
function watched(options: { redraws: boolean; quiet?: boolean; json?: boolean }) {
  const written: string[] = [];
  const backlog = { bytes: 0 };
  const screen = (name: string) => ({
    paint: PLAIN,
    color: false,
    redraws: options.redraws,
    columns: () => 80,
    rows: () => 24,
    write: (text: string) => void written.push(`${name}:${text}`),
    deliver: async (text: string) => void written.push(`${name}:${text}`),
    backlogBytes: () => backlog.bytes,
  });
  const invocation: Invocation = {
    json: options.json === true,
    quiet: options.quiet === true,
    verbose: false,
    files: [],
    env: {},
    cwd: '/',
    out: screen('out'),
    err: screen('err'),
  };
  const take = async () => {
    await nextTurn();
    return written.splice(0);
  };
  return { view: openLiveView(invocation, { json: options.json === true }), take, backlog };
}

const waiting = sampleEntry({ service: 'web', type: 'waiting', text: 'waits for db' });

test('off a terminal every change is one line on stderr and every printed line one on stdout, in order, and nothing moves the cursor', async () => {
  const { view, take } = watched({ redraws: false });
  view.entry(waiting);
  view.line({ service: 'db', stream: 'out', text: 'hello' });
  view.entry(sampleEntry({ service: 'web', type: 'ready', text: 'is ready' }));
  view.close();
  assert.deepEqual(await take(), [
    'err:omniroute │ web waiting: waits for db\n',
    'out:db        │ hello\n',
    'err:omniroute │ web ready: is ready\n',
  ]);
});

test('names have the room that those need who say something, not who is never started', async () => {
  const { view, take } = watched({ redraws: false });
  view.show([sampleService({ name: 'a-long-name' }), stoppedService('one-that-is-much-longer')]);
  view.line({ service: 'db', stream: 'out', text: 'hello' });
  view.close();
  assert.deepEqual(await take(), ['out:db          │ hello\n']);
});

test('on a terminal what is on its way stands below the log, erased and drawn again around each line', async () => {
  const { view, take } = watched({ redraws: true });
  view.entry(waiting);
  const [drawn] = await take();
  assert.match(drawn ?? '', /^err:web {2}waiting .*waits for db\n$/);
  view.line({ service: 'db', stream: 'out', text: 'hello' });
  const [erased, line, redrawn] = await take();
  assert.equal(erased, 'err:\r\u001b[1A\u001b[0J');
  assert.equal(line, 'out:db        │ hello\n');
  assert.match(redrawn ?? '', /^err:web {2}waiting/);
  view.close();
  assert.deepEqual(await take(), ['err:\r\u001b[1A\u001b[0J']);
});

test('many lines of one turn are written at once', async () => {
  const { view, take } = watched({ redraws: false });
  for (let at = 0; at < 1000; at += 1) view.line({ service: 'db', stream: 'out', text: String(at) });
  const written = await take();
  assert.equal(written.length, 1);
  assert.equal(written[0]?.split('\n').length, 1001);
  view.close();
});

test('quiet leaves out what is as it should be, never what is not', async () => {
  const { view, take } = watched({ redraws: true, quiet: true });
  view.entry(waiting);
  view.entry(sampleEntry({ type: 'ready' }));
  view.entry(sampleEntry({ type: 'crashed', text: 'exit 1' }));
  view.close();
  assert.deepEqual(await take(), ['err:omniroute │ server crashed: exit 1\n']);
});

test('what was said in the last turn is not lost by closing', async () => {
  const { view, take } = watched({ redraws: true });
  view.entry(sampleEntry({ type: 'failed', text: 'gave up' }));
  view.close();
  assert.deepEqual(await take(), ['err:omniroute │ server failed: gave up\n']);
});

test('as JSON, entries and lines are objects on stdout, one a line, and stderr is silent', async () => {
  const { view, take } = watched({ redraws: true, json: true });
  view.entry(sampleEntry({ type: 'ready' }));
  view.line({ service: 'db', stream: 'err', text: 'oops' });
  view.close();
  const [written = '', ...others] = await take();
  assert.match(written, /^out:.*\n.*\n$/);
  assert.deepEqual(others, []);
  const [event, line] = written.slice(4).split('\n');
  assert.deepEqual(JSON.parse(line ?? ''), { schema: 1, log: { service: 'db', stream: 'err', text: 'oops' } });
  assert.equal(JSON.parse(event ?? '').event.type, 'ready');
});

test('for a reader that has stopped reading lines are counted, not kept, and it is told how many when it reads on', async () => {
  const { view, take, backlog } = watched({ redraws: false });
  backlog.bytes = 2_000_000;
  for (const text of ['one', 'two']) view.line({ service: 'db', stream: 'out', text });
  assert.deepEqual(await take(), []);
  backlog.bytes = 0;
  view.line({ service: 'db', stream: 'out', text: 'three' });
  const [told, line] = await take();
  assert.match(told ?? '', /^err:2 lines not shown: nobody was reading/);
  assert.equal(line, 'out:db        │ three\n');
});

test('off a terminal, how long something has gone on is no news', async () => {
  const { view, take } = watched({ redraws: false });
  const show = (why: string): void => view.show([sampleService({ state: 'stopping', since: 0, why })]);
  show('asked by cli; its pre_stop hook runs since 1s');
  show('asked by cli; its pre_stop hook runs since 1h5m');
  assert.deepEqual(await take(), ['err:omniroute │ server stopping: asked by cli; its pre_stop hook runs since 1s\n']);
  show('asked by cli; its stop command runs since 1s');
  assert.equal((await take()).length, 1);
  view.close();
});
