import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Painter } from '../../../src/cli/top/painter.ts';

/** A painter of `lines.now` on a terminal that takes what it is given while `ready.now`. */
function painted(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const lines = { now: ['a', 'b'] };
  const ready = { now: true };
  const written: string[] = [];
  const terminal = { isReady: () => ready.now, write: (text: string) => void written.push(text), size: () => ({ columns: 80, rows: 24 }) };
  const painter = new Painter(terminal, () => lines.now);
  return { painter, lines, ready, tick: () => t.mock.timers.tick(1000), take: () => written.splice(0).join('') };
}

test('many changes are one frame, and what does not differ is not written', (t) => {
  const { painter, lines, tick, take } = painted(t);
  painter.schedule();
  tick();
  assert.match(take(), /a[^]*b/);
  for (const text of ['B', 'C', 'D']) {
    lines.now = ['a', text];
    painter.schedule();
  }
  tick();
  const frame = take();
  assert.match(frame, /D/);
  assert.doesNotMatch(frame, /[aBC]\u001b/);
});

test('a terminal that takes nothing is given nothing, and then what is so by then', (t) => {
  const { painter, lines, ready, tick, take } = painted(t);
  ready.now = false;
  painter.schedule();
  tick();
  assert.equal(take(), '');
  lines.now = ['later'];
  ready.now = true;
  tick();
  assert.match(take(), /later/);
});

test('when something else has written on the terminal, all is drawn anew', (t) => {
  const { painter, tick, take } = painted(t);
  painter.schedule();
  tick();
  take();
  painter.forget();
  tick();
  assert.match(take(), /\u001b\[2J[^]*a[^]*b/);
});

test('nothing is drawn any more once it was stopped', (t) => {
  const { painter, tick, take } = painted(t);
  painter.schedule();
  painter.stop();
  tick();
  assert.equal(take(), '');
});
