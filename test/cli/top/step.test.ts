// What keys and news do to the model.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KEPT_LINES } from '../../../src/cli/top/kept-lines.ts';
import { windowOf } from '../../../src/cli/top/shown-lines.ts';
import { NOW_MS, sampleEntry, sampleProject, sampleService } from '../sample.ts';
import { after, effectsOf, paneOf, press, pressed, printed, sampleLine, sampleModel } from './sample-model.ts';

const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `line ${n + from}`);

test('the arrows go through the services and stop at both ends', () => {
  const model = sampleModel();
  assert.equal(model.selected, 'server');
  assert.equal(press(model, 'up').selected, 'server');
  assert.equal(press(model, 'down').selected, 'mitm');
  assert.equal(press(model, 'j', 'j', 'j', 'k').selected, 'mitm');
});

test('a service that a reload took out is not selected any more', () => {
  const model = press(sampleModel(), 'down', 'return');
  const next = after(model, { type: 'snapshot-taken', project: sampleProject({ services: [sampleService({ name: 'other' })] }) });
  assert.equal(next.selected, 'other');
  assert.equal(next.scope, 'all');
  assert.equal(after(next, { type: 'snapshot-taken', project: sampleProject({ services: [] }) }).selected, null);
});

test('in a project without services every key is harmless', () => {
  const model = sampleModel([]);
  for (const key of ['up', 'down', 'return', 'w', 'r', 's', 'x', 'y', 'n', 'pageup', 'g', ' ', 'escape']) {
    assert.deepEqual(effectsOf(model, key), [], key);
    assert.equal(paneOf(press(model, key)).length, 0, key);
  }
});

test('r and s are orders at once, x is one when y follows, and any other key takes it back', () => {
  const model = press(sampleModel(), 'down');
  assert.deepEqual(effectsOf(model, 'r'), [{ type: 'submit', command: { type: 'restart', services: ['mitm'] } }]);
  assert.deepEqual(effectsOf(model, 's'), [
    { type: 'submit', command: { type: 'start', services: ['mitm'], profiles: [], withDependencies: true } },
  ]);
  assert.deepEqual(effectsOf(model, 'x'), []);
  const asked = press(model, 'x');
  assert.deepEqual(effectsOf(asked, 'y'), [{ type: 'submit', command: { type: 'stop', services: ['mitm'] } }]);
  assert.deepEqual(effectsOf(asked, 'q'), [], 'no key but Ctrl-C means anything else now');
  assert.deepEqual(effectsOf(press(asked, 'n'), 'y'), []);
});

test('what is stopped is what was asked about, whatever is selected by then', () => {
  const asked = press(sampleModel(), 'x');
  const project = sampleProject({ services: [sampleService({ name: 'server' }), sampleService({ name: 'first' })] });
  assert.deepEqual(effectsOf({ ...after(asked, { type: 'snapshot-taken', project }), selected: 'first' }, 'y'), [
    { type: 'submit', command: { type: 'stop', services: ['server'] } },
  ]);
});

test('q leaves, Ctrl-C leaves from anywhere, Ctrl-Z stops', () => {
  assert.deepEqual(effectsOf(sampleModel(), 'q'), [{ type: 'detach' }]);
  for (const model of [sampleModel(), press(sampleModel(), '/'), press(sampleModel(), 'x')]) {
    assert.deepEqual(effectsOf(model, 'ctrl-c'), [{ type: 'detach' }]);
    assert.deepEqual(effectsOf(model, 'ctrl-z'), [{ type: 'suspend' }]);
  }
  const typing = press(sampleModel(), 'f');
  assert.deepEqual(effectsOf(typing, 'q'), []);
  assert.equal(press(typing, 'q').filter, 'q');
});

test('pasted text is typed where something is typed, and is nothing anywhere else', () => {
  const pasted = { type: 'key-pressed', key: { name: 'pasted', text: 'x' } } as const;
  assert.deepEqual(after(sampleModel(), pasted), sampleModel());
  assert.equal(after(press(sampleModel(), 'f'), pasted).filter, 'x');
});

test('Enter shows the logs of the selected service alone, and of all again', () => {
  const model = after(sampleModel(), printed('server', 'a'), printed('mitm', 'b'));
  assert.equal(paneOf(model).length, 2);
  assert.deepEqual(paneOf(press(model, 'return')), ['  a']);
  assert.deepEqual(paneOf(press(model, 'return', 'down')), ['  b']);
  assert.equal(paneOf(press(model, 'return', 'return')).length, 2);
});

test('lines and entries stand in the order in which they happened, however they arrive', () => {
  const late = { type: 'lines-read', lines: [sampleLine({ time: NOW_MS - 10, text: 'printed before' })] } as const;
  const crashed = { type: 'entry-recorded', entry: sampleEntry({ type: 'crashed', text: 'exit 1', time: NOW_MS }) } as const;
  assert.deepEqual(paneOf(press(after(sampleModel(), crashed, late), 'return')), ['  printed before', '· server crashed: exit 1']);
});

test('an entry asks for a snapshot soon, and where it changes the reason on the screen, for the reason', () => {
  const entry = { type: 'entry-recorded', entry: sampleEntry() } as const;
  assert.deepEqual(effectsOf(sampleModel(), entry), [{ type: 'refresh' }]);
  assert.deepEqual(effectsOf(press(sampleModel(), 'w'), entry), [{ type: 'refresh' }, { type: 'ask-why', service: 'server' }]);
  assert.deepEqual(effectsOf(press(sampleModel(), 'w', 'down'), entry), [{ type: 'refresh' }]);
});

test('w asks why, moving on asks about the next one, and a late answer about another one is dropped', () => {
  const asking = press(sampleModel(), 'w');
  assert.deepEqual(effectsOf(sampleModel(), 'w'), [{ type: 'ask-why', service: 'server' }]);
  assert.deepEqual(effectsOf(asking, 'down'), [{ type: 'ask-why', service: 'mitm' }]);
  const report = { service: 'server', state: 'ready', chain: [], crashReport: null } as const;
  assert.equal(after(press(asking, 'down'), { type: 'why-told', service: 'server', report }).why, null);
  assert.equal(after(asking, { type: 'why-told', service: 'server', report }).why, report);
  assert.equal(press(asking, 'w').pane, 'logs');
});

test('of a flood the last lines of each service are kept, so that it drives nobody else out', () => {
  let model = after(sampleModel(), printed('mitm', 'once'));
  for (let round = 0; round < 5; round++) model = after(model, printed('server', ...numbered(KEPT_LINES, round * KEPT_LINES)));
  assert.equal(model.lines.length, KEPT_LINES + 1);
  assert.equal(model.lines[0]?.text, 'once');
  assert.equal(model.lines.at(-1)?.text, `line ${5 * KEPT_LINES - 1}`);
});

test('who reads further up keeps what is there while more is printed, and follows again at the end', () => {
  const model = after(sampleModel(['server']), printed('server', ...numbered(100)));
  const held = press(model, 'pageup');
  const shown = paneOf(held);
  const later = after(held, printed('server', ...numbered(2000, 100)));
  assert.deepEqual(paneOf(later), shown);
  assert.equal(windowOf(later, 10).newer > 2000, true);
  assert.equal(press(later, 'end').bottom, null);
  assert.equal(press(held, 'pagedown').bottom, null);
  assert.match(paneOf(press(later, 'G')).at(-1) ?? '', /line 2099/);
});

test('scrolling ends at the oldest line, with the pane full', () => {
  const model = after(sampleModel(['server']), printed('server', ...numbered(100)));
  const top = press(model, 'g');
  assert.match(paneOf(top)[0] ?? '', /line 0$/);
  assert.deepEqual(paneOf(press(top, 'pageup', 'K', 'shift-up')), paneOf(top));
  assert.match(paneOf(press(top, 'J'))[0] ?? '', /line 1$/);
  const few = after(sampleModel(['server']), printed('server', 'one', 'two'));
  assert.equal(paneOf(press(few, 'pageup')).length, 2);
});

test('Space holds what is shown and lets it go again', () => {
  const model = after(sampleModel(['server']), printed('server', ...numbered(50)));
  const held = press(model, ' ');
  assert.deepEqual(paneOf(after(held, printed('server', 'new'))), paneOf(held));
  assert.equal(press(held, ' ').bottom, null);
});

test('a filter acts while it is typed; Enter keeps it, Esc puts back what was before, and again Esc takes it away', () => {
  const model = after(sampleModel(), printed('server', 'GET /a', 'POST /b', 'get /c'));
  const typing = press(model, 'f', 'g', 'e', 't');
  assert.deepEqual(
    paneOf(press(typing, 'return')).map((line) => line.slice(-6)),
    ['GET /a', 'get /c'],
  );
  assert.equal(press(typing, 'escape').filter, '');
  assert.equal(press(typing, 'return', 'escape').filter, '');
  assert.equal(press(typing, 'backspace', 'backspace').filter, 'g');
  assert.equal(press(typing, 'ctrl-u').filter, '');
  const exact = press(model, 'f', 'G', 'E', 'T', 'return');
  assert.equal(paneOf(exact).length, 1, 'an upper case letter is meant as such');
});

test('a search goes to the newest line that has it, n to older ones, N to newer ones, and says when there is none', () => {
  const model = after(sampleModel(['server']), printed('server', ...numbered(100)));
  const found = press(model, '/', '9', '9', 'return');
  assert.equal(
    paneOf(found)
      .filter((line) => line.startsWith('▸'))
      .join(),
    '▸server    │ line 99',
  );
  const sevens = press(model, '/', '7', 'return');
  assert.match(paneOf(sevens).find((line) => line.startsWith('▸')) ?? '', /line 97$/);
  assert.match(paneOf(press(sevens, 'n')).find((line) => line.startsWith('▸')) ?? '', /line 87$/);
  assert.match(paneOf(press(sevens, 'n', 'n', 'N')).find((line) => line.startsWith('▸')) ?? '', /line 87$/);
  assert.match(press(sevens, 'N').note?.text ?? '', /no newer line has "7"/);
  assert.match(press(model, '/', 'z', 'return').note?.text ?? '', /no line has "z"/);
  assert.equal(press(model, 'n').prompt?.type, 'search');
});

test('a match that lies further up is shown in the middle, with what is around it', () => {
  const model = after(sampleModel(['server']), printed('server', ...numbered(100)));
  const shown = paneOf(press(model, '/', '4', '2', 'return'));
  const at = shown.findIndex((line) => line.startsWith('▸'));
  assert.ok(at > 2 && at < shown.length - 3, `${at} of ${shown.length}`);
});

test('what was answered to an order is shown, and gone with the next key', () => {
  const answered = after(sampleModel(), { type: 'told', text: 'restart server: accepted', ok: true });
  assert.equal(answered.note?.text, 'restart server: accepted');
  assert.equal(press(answered, 'down').note, null);
});

test('with every snapshot the logs of its services are followed, as a reload may have brought new ones', () => {
  const services = [sampleService({ name: 'server' }), sampleService({ name: 'new' })];
  assert.deepEqual(effectsOf(sampleModel(), { type: 'snapshot-taken', project: sampleProject({ services }) }), [
    { type: 'follow-logs', services },
  ]);
});

test('a supervisor that is lost is told, and forgotten with the next snapshot', () => {
  const lost = after(sampleModel(), { type: 'supervisor-lost', message: 'it is gone', hint: 'up brings it back' });
  assert.equal(lost.lost?.message, 'it is gone');
  assert.equal(after(lost, { type: 'snapshot-taken', project: sampleProject() }).lost, null);
});

test('keys that mean nothing do nothing', () => {
  for (const name of ['z', 'f5', 'meta-x', 'ctrl-x', '', 'constructor', '__proto__']) {
    assert.deepEqual(after(sampleModel(), { ...pressed(name), key: { name, text: '' } }), sampleModel(), name);
  }
});
