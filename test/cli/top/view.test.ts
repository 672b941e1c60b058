// What stands on the screen.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textWidth } from '../../../src/cli/render/text-width.ts';
import { renderView } from '../../../src/cli/top/view.ts';
import { COLORED, NOW_MS, sampleEntry, sampleProject, sampleService, stoppedService } from '../sample.ts';
import { after, PLAIN_VIEW, paneOf, press, printed, sampleLine, sampleModel, view } from './sample-model.ts';

const MEBIBYTE = 1_048_576;

test('every line of every pane fits, and there are as many as the terminal has rows', () => {
  const services = ['日本語のサービス', 'a-service-with-a-very-long-name-that-does-not-fit', 'b'].map((name) =>
    sampleService({ name, why: 'why '.repeat(100), memoryBytes: 1, memoryLimitBytes: 2, cpuPercent: 100 }),
  );
  const full = after(
    sampleModel(),
    {
      type: 'snapshot-taken',
      project: sampleProject({ name: 'shop '.repeat(50), services, degraded: [{ service: null, text: 'x'.repeat(500) }] }),
    },
    printed('b', '🎉'.repeat(500), 'a\tb\tc', '\u001b[31mred\u001b[2J', `${'x'.repeat(1e6)}`, 'e\u0301'.repeat(300)),
    { type: 'entry-recorded', entry: sampleEntry({ text: 'long '.repeat(100) }) },
  );
  const models = [
    full,
    press(full, 'w'),
    press(full, '?'),
    press(full, '/', ...'needle'.repeat(30)),
    press(full, 'x'),
    press(full, 'right', 'right'),
    press(full, 'return'),
    press(full, 't'),
  ];
  for (const model of models) {
    for (const size of [
      { columns: 80, rows: 24 },
      { columns: 200, rows: 60 },
      { columns: 30, rows: 8 },
      { columns: 31, rows: 9 },
      { columns: 12, rows: 2 },
      { columns: 1, rows: 1 },
    ]) {
      for (const screen of [PLAIN_VIEW.screen, { paint: COLORED, color: true }]) {
        const lines = renderView({ ...model, size }, { nowMs: NOW_MS, screen });
        assert.equal(lines.length, size.rows);
        for (const line of lines) assert.ok(textWidth(line) <= size.columns, `${textWidth(line)} > ${size.columns}: ${line}`);
      }
    }
  }
});

test('nothing of what others wrote reaches the terminal but text and colours', () => {
  const evil = 'a\u001b[2J\u001b]0;title\u0007\u001b[31mb\u0008\u009b5A\u0000\r\nc\u001bP1q\u001b\\';
  const model = after(
    sampleModel(),
    {
      type: 'snapshot-taken',
      project: sampleProject({ name: evil, services: [sampleService({ why: evil })], degraded: [{ service: null, text: evil }] }),
    },
    printed('server', evil),
    { type: 'entry-recorded', entry: sampleEntry({ text: evil }) },
    { type: 'told', text: evil, ok: false },
  );
  const why = after(press(model, 'w'), {
    type: 'why-told',
    service: 'server',
    report: { service: 'server', state: 'ready', chain: [{ text: evil, at: null, place: evil }], crashReport: null },
  });
  const lost = after(model, { type: 'supervisor-lost', message: evil, hint: evil });
  const pasted = after(press(model, 'f'), { type: 'key-pressed', key: { name: 'pasted', text: evil } });
  for (const shown of [model, why, lost, pasted]) {
    const lines = renderView(shown, { nowMs: NOW_MS, screen: { paint: COLORED, color: true } });
    assert.doesNotMatch(lines.join('').replace(/\u001b\[[\d;:]*m/g, ''), /\p{Cc}/u);
  }
});

test('the header counts the states and sums up what is used', () => {
  const services = [
    sampleService({ cpuPercent: 2, memoryBytes: 10 * MEBIBYTE }),
    sampleService({ name: 'b', cpuPercent: 3, memoryBytes: 5 * MEBIBYTE }),
    stoppedService('c'),
  ];
  const [header] = view(after(sampleModel(), { type: 'snapshot-taken', project: sampleProject({ services }) }));
  assert.match(header ?? '', /^shop {2}2 ready, 1 stopped +cpu 5% {2}mem 15 M$/);
});

test('the bar shows how much of its limit a service has taken', () => {
  const bars = [0, 0.5, 1, 3].map((share) => {
    const services = [sampleService({ memoryBytes: share * 100 * MEBIBYTE, memoryLimitBytes: 100 * MEBIBYTE })];
    const [, , row] = view(after(sampleModel(), { type: 'snapshot-taken', project: sampleProject({ services }) }));
    return /[█░]{8}/.exec(row ?? '')?.[0];
  });
  assert.deepEqual(bars, ['░░░░░░░░', '████░░░░', '████████', '████████']);
});

test('a short reason is no longer for the width of its column', () => {
  const model = after(sampleModel(), {
    type: 'snapshot-taken',
    project: sampleProject({
      services: [{ ...stoppedService('server'), why: 'asked by cli' }, sampleService({ memoryBytes: 1, memoryLimitBytes: MEBIBYTE })],
    }),
  });
  for (const columns of [70, 75, 80, 85]) {
    const row = view({ ...model, size: { columns, rows: 24 } })[2] ?? '';
    assert.doesNotMatch(row, / …/);
  }
});

test('of many services the selected one is in sight, and it is told which are', () => {
  const model = sampleModel(Array.from({ length: 40 }, (_, n) => `service-${n}`));
  assert.match(view(model)[1] ?? '', /1-8 of 40$/);
  const down = press(model, ...Array.from({ length: 20 }, () => 'down'));
  assert.ok(view(down).some((line) => line.startsWith('▸ service-20')));
  const end = press(model, ...Array.from({ length: 60 }, () => 'down'));
  assert.match(view(end)[1] ?? '', /33-40 of 40$/);
});

test('the reason of the selected service is told in full, as the list has no room for it', () => {
  const services = [
    sampleService({ state: 'backoff', since: NOW_MS - 3000, why: 'exit 1: "Port 8443 already in use" held by 4121 (node)' }),
  ];
  const lines = view(after(sampleModel(), { type: 'snapshot-taken', project: sampleProject({ services }) }));
  assert.ok(lines.includes('  server backoff for 3s: exit 1: "Port 8443 already in use" held by 4121 (node)'), lines.join('\n'));
  const serving = sampleProject({ services: [sampleService({ ports: { http: 20128, admin: 9000 } })] });
  const [, , , sentence] = view(after(sampleModel(), { type: 'snapshot-taken', project: serving }));
  assert.equal(sentence, '  server ready for 2h02m · http 20128 · admin 9000');
});

test('what is wrong with the project as a whole stands below the list', () => {
  const project = sampleProject({ degraded: [{ service: null, text: 'the disk is full' }], phase: 'going-down' });
  const lines = view(after(sampleModel(), { type: 'snapshot-taken', project }));
  assert.deepEqual(lines.slice(3, 5), ['degraded: the disk is full', 'omniroute is going down']);
});

test('while the supervisor is away the reason and the way out stand there, and what was last known fades', () => {
  const lost = after(sampleModel(), {
    type: 'supervisor-lost',
    message: 'the omniroute of shop is gone',
    hint: '`omniroute up` takes over',
  });
  const lines = renderView(lost, { nowMs: NOW_MS, screen: { paint: COLORED, color: true } });
  assert.deepEqual(lines.slice(5, 7), [
    `${COLORED.red('the omniroute of shop is gone')}\u001b[0m`,
    `${COLORED.yellow('`omniroute up` takes over')}\u001b[0m`,
  ]);
  assert.ok(!lines.slice(1, 5).join('').includes('\u001b[32m'), 'nothing is green');
});

test('names stand before the lines of all, a mark before those of one: ! for stderr, · for what omniroute did', () => {
  const model = after(
    sampleModel(),
    { type: 'lines-read', lines: [sampleLine({ text: 'out' }), sampleLine({ text: 'err', stream: 'err' })] },
    { type: 'entry-recorded', entry: sampleEntry({ type: 'ready', text: 'at once' }) },
  );
  assert.deepEqual(paneOf(model), [' server    │ out', ' server    │!err', ' omniroute │ server ready: at once']);
  assert.deepEqual(paneOf(press(model, 'return')), ['  out', '! err', '· server ready: at once']);
});

test('t shows when each line came, to the millisecond', () => {
  const model = press(after(sampleModel(), printed('server', 'hello')), 't');
  assert.match(paneOf(model)[0] ?? '', /^\d\d:00:00\.000 {2}server {4}│ hello$/);
  assert.match(paneOf(press(model, 'return'))[0] ?? '', /^\d\d:00:00\.000 {3}hello$/);
  assert.equal(paneOf(press(model, 't'))[0], ' server    │ hello');
});

test('a long line is cut with …, the arrows show the rest, and the name stays', () => {
  const model = after(sampleModel(), printed('server', `${'0123456789'.repeat(20)}end`));
  assert.match(paneOf(model)[0] ?? '', /^ server {4}│ 0123.*…$/);
  const shifted = press(model, ...Array.from({ length: 9 }, () => 'right'));
  assert.match(paneOf(shifted)[0] ?? '', /^ server {4}│ .*0123456789end$/);
  assert.equal(press(shifted, ...Array.from({ length: 20 }, () => 'left')).shift, 0);
});

test('of a progress bar the last state is shown', () => {
  assert.deepEqual(paneOf(after(sampleModel(), printed('server', '10%\r50%\r100%'))), [' server    │ 100%']);
});

test('the last line offers as many keys as fit, what is typed, the question, or the answer for a while', () => {
  const last = (model: Parameters<typeof view>[0], laterMs = 0) =>
    renderView(model, { ...PLAIN_VIEW, nowMs: NOW_MS + laterMs }).at(-1) ?? '';
  const model = sampleModel();
  assert.match(last(model), /^↑↓ select {2}q leave {2}\? keys/);
  assert.match(last({ ...model, size: { columns: 200, rows: 24 } }), /f filter$/);
  assert.match(last(press(model, 'f', 'a', 'b')), /^only lines with: ab\u001b\[7m \u001b\[27m$/);
  assert.match(last(press(model, 'x')), /^stop server\? y stops it/);
  const answered = after(model, { type: 'told', text: 'restart server: under way', ok: true });
  assert.equal(last(answered), 'restart server: under way');
  assert.match(last(answered, 60_000), /^↑↓ select/);
});

test('a terminal that is too small says so, and how to leave', () => {
  const lines = view({ ...sampleModel(), size: { columns: 25, rows: 5 } });
  assert.deepEqual(lines, ['too small:', '30 × 8 is needed', 'q leaves', '', '']);
});
