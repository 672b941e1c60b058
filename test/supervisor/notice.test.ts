import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { NotificationSpec } from '../../src/notification-spec.ts';
import type { JournalEntry } from '../../src/supervisor/journal-entry.ts';
import { hearEntry, NOBODY_TOLD, type NotificationStep, nextNoticeAtMs, retryDelayMs, tellDue } from '../../src/supervisor/notice.ts';

const ALL: NotificationSpec = {
  on: ['failed', 'recovered', 'rolled-back'],
  services: null,
  target: { type: 'webhook', url: 'https://example.org/', headers: {} },
  timeoutMs: 10_000,
  attempts: 5,
  repeatAfterMs: 60_000,
};

/** One after another: what happens, and what is told of it. */
class Story {
  #state = NOBODY_TOLD;
  #nowMs = 0;
  #seq = 0;
  #specs: readonly NotificationSpec[];

  constructor(...specs: readonly NotificationSpec[]) {
    this.#specs = specs;
  }

  use(...specs: readonly NotificationSpec[]): this {
    this.#specs = specs;
    return this;
  }

  hear(type: JournalEntry['type'], service: string | null = 'web', text = 'why'): string[] {
    this.#seq += 1;
    return this.#told(hearEntry(this.#state, { seq: this.#seq, time: 0, type, service, run: 1, text }, this.#specs, this.#nowMs));
  }

  /** Time passes, woken when something is due. */
  pass(ms: number): string[] {
    const endMs = this.#nowMs + ms;
    const told: string[] = [];
    for (let dueMs = nextNoticeAtMs(this.#state); dueMs !== null && dueMs <= endMs; dueMs = nextNoticeAtMs(this.#state)) {
      this.#nowMs = dueMs;
      told.push(...this.#told(tellDue(this.#state, dueMs)));
    }
    this.#nowMs = endMs;
    return told;
  }

  #told({ state, notices }: NotificationStep): string[] {
    this.#state = state;
    return notices.map(
      ({ to, event, entry, suppressed }) =>
        `${this.#specs.findIndex((spec) => isDeepStrictEqual(spec, to))} ${entry.service} ${event} ${suppressed}`,
    );
  }
}

test('a service that gives up is told, and that it is ready again', () => {
  const story = new Story(ALL);
  assert.deepEqual(story.hear('ready'), []);
  assert.deepEqual(story.hear('crashed'), []);
  assert.deepEqual(story.hear('failed'), ['0 web failed 0']);
  assert.deepEqual(story.hear('starting'), []);
  assert.deepEqual(story.hear('ready'), ['0 web recovered 0']);
  assert.deepEqual(story.hear('ready'), []);
});

test('a job that had failed recovers when it completes', () => {
  const story = new Story(ALL);
  story.hear('failed', 'migrate');
  assert.deepEqual(story.hear('completed', 'migrate'), ['0 migrate recovered 0']);
});

test('a change that is taken back is told', () => {
  assert.deepEqual(new Story(ALL).hear('rolled-back'), ['0 web rolled-back 0']);
});

test('everybody is told only what they want to hear', () => {
  const story = new Story({ ...ALL, on: ['recovered'] }, { ...ALL, services: ['api'] }, ALL);
  assert.deepEqual(story.hear('failed', 'web'), ['2 web failed 0']);
  assert.deepEqual(story.hear('failed', 'api'), ['1 api failed 0', '2 api failed 0']);
  assert.deepEqual(story.hear('ready', 'web'), ['0 web recovered 0', '2 web recovered 0']);
});

test('who wants to hear of a service hears of each of its instances', () => {
  const story = new Story({ ...ALL, services: ['web'] });
  assert.deepEqual([story.hear('failed', 'web:1'), story.hear('failed', 'web:2')], [['0 web:1 failed 0'], ['0 web:2 failed 0']]);
  assert.deepEqual(story.hear('failed', 'website:1'), []);
});

test('the same is not told twice within the time, and then with how often it was not', () => {
  const story = new Story(ALL);
  assert.deepEqual(story.hear('failed'), ['0 web failed 0']);
  story.pass(20_000);
  assert.deepEqual([story.hear('failed'), story.hear('failed', 'api')], [[], ['0 api failed 0']]);
  story.pass(20_000);
  assert.deepEqual(story.hear('failed'), []);
  assert.deepEqual(story.pass(20_000), []);
  assert.deepEqual(story.hear('failed'), ['0 web failed 2']);
});

test('whoever was told last that all is well learns in the end that it is not', () => {
  const story = new Story(ALL);
  story.hear('failed');
  story.hear('ready');
  story.pass(10_000);
  assert.deepEqual([story.hear('failed'), story.hear('ready'), story.hear('failed')], [[], [], []]);
  assert.deepEqual(story.pass(60_000), ['0 web failed 1']);
  assert.deepEqual(story.pass(600_000), []);
});

test('a service that flaps and ends as it was told is not told again', () => {
  const story = new Story(ALL);
  for (const type of ['failed', 'ready', 'failed', 'ready'] as const) story.hear(type);
  assert.deepEqual(story.pass(600_000), []);
});

test('what was held back is not told where it is no longer so, also to somebody who hears of failures alone', () => {
  const story = new Story({ ...ALL, on: ['failed'] });
  story.hear('failed', 'web', 'first');
  story.hear('ready');
  story.hear('failed', 'web', 'second');
  assert.deepEqual(story.hear('ready'), []);
  assert.deepEqual(story.pass(600_000), []);
});

test('another change that is taken back is told when the time is over, the same one is not', () => {
  const story = new Story(ALL);
  assert.deepEqual(story.hear('rolled-back', 'web', 'generation 2'), ['0 web rolled-back 0']);
  story.hear('rolled-back', 'web', 'generation 2');
  assert.deepEqual(story.pass(60_000), []);
  assert.deepEqual(story.hear('rolled-back', 'web', 'generation 3'), ['0 web rolled-back 1']);
  story.hear('rolled-back', 'web', 'generation 4');
  assert.deepEqual(story.pass(60_000), ['0 web rolled-back 0']);
  assert.deepEqual(story.pass(600_000), []);
});

test('without a time everything is told', () => {
  const story = new Story({ ...ALL, repeatAfterMs: 0 });
  assert.deepEqual([story.hear('failed'), story.hear('failed')], [['0 web failed 0'], ['0 web failed 0']]);
});

test('a reload that leaves one of them as it is leaves what it knows, and tells who is new nothing of before', () => {
  const story = new Story(ALL);
  story.hear('failed');
  story.use({ ...ALL, attempts: 1 }, { ...ALL });
  assert.deepEqual(story.hear('failed'), ['0 web failed 0']);
  assert.deepEqual(story.hear('ready'), ['0 web recovered 0', '1 web recovered 0']);
});

test('it is tried again after longer and longer waits, at most two minutes', () => {
  assert.deepEqual([1, 2, 3, 4, 5, 19].map(retryDelayMs), [1_000, 5_000, 30_000, 120_000, 120_000, 120_000]);
});
