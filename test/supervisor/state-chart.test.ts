// The state chart as a table: every state × every event, what comes of it. A state or an event that is new does not compile until it is here.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '../../src/supervisor/event.ts';
import type { StateName } from '../../src/supervisor/snapshot.ts';
import { BY_PROBE, type Given, sampleProject } from './sample-spec.ts';
import { Scenario } from './scenario.ts';

/** The state after the event; `-`: it changes nothing at all, and orders nothing. `=`: the same state, something noted or ordered. */
type Result = StateName | '-' | '=';
type Row = Readonly<Record<StateName, Result>>;

const SERVICE: Given = {
  readiness: BY_PROBE,
  ports: { http: 80 },
  outputs: { url: { match: '.', stream: 'any' } },
  memory: { warnBytes: 1 },
  watch: { paths: ['/src'], ignore: [], action: { type: 'restart' } },
  restart: { maxAttempts: 2 },
};

const job: Given = { ...SERVICE, type: 'job' };

/** How a service comes into each state, with everything held that would move it on. */
const IN_STATE: Readonly<Record<StateName, () => Scenario>> = {
  stopped: () => held(SERVICE),
  waiting: () => held(SERVICE).up(),
  starting: () => started(SERVICE),
  ready: () => started(SERVICE).probed('server'),
  unready: () => lost(started(SERVICE).probed('server')),
  stopping: () => started(SERVICE).probed('server').stop('server').up('server'),
  backoff: () => crashed(crashed(started(SERVICE))),
  completed: () => started(job).exits('server', 0).cleared('server'),
  failed: () => crashed(crashed(crashed(started(SERVICE)))),
};

function held(given: Given): Scenario {
  return new Scenario({ server: given }).hold('check-addresses', 'spawn', 'clear-run', 'signal-group', 'run-hook');
}

function started(given: Given): Scenario {
  return portsFree(held(given).up()).spawned('server');
}

function portsFree(story: Scenario): Scenario {
  return story.send({ type: 'addresses-checked', service: 'server', run: story.run('server') + 1, taken: [] });
}

function lost(story: Scenario): Scenario {
  return story.probed('server', 'x').probed('server', 'x').probed('server', 'x');
}

/** Ends, is cleared up, and starts again as far as it is let. */
function crashed(story: Scenario): Scenario {
  if (story.stateOf('server') === 'backoff') portsFree(story.pass(500)).spawned('server');
  if (story.stateOf('server') === 'waiting') portsFree(story).spawned('server');
  return story.exits('server').cleared('server');
}

const SAME: Row = {
  stopped: '-',
  waiting: '-',
  starting: '-',
  ready: '-',
  unready: '-',
  stopping: '-',
  backoff: '-',
  completed: '-',
  failed: '-',
};

/** Facts carry the number of the present run; where there is none, of the next. */
const CHART: Readonly<Record<Event['type'], { readonly event: (story: Scenario) => Event; readonly row: Row }>> = {
  'addresses-checked': {
    event: (story) => ({ type: 'addresses-checked', service: 'server', run: story.run('server') + 1, taken: [] }),
    row: { ...SAME, waiting: 'starting' },
  },
  spawned: { event: fact({ type: 'spawned', pid: 5 }), row: { ...SAME, starting: '=' } },
  'spawn-failed': {
    event: fact({ type: 'spawn-failed', code: 'EAGAIN', message: 'x' }),
    // The world never says this of a process that it has started.
    row: { ...SAME, starting: 'waiting', stopping: 'waiting' },
  },
  'hook-finished': { event: fact({ type: 'hook-finished', kind: 'post_ready', failure: null }), row: SAME },
  'probe-finished': {
    event: fact({ type: 'probe-finished', kind: 'readiness', failure: null }),
    row: { ...SAME, starting: 'ready', ready: '=', unready: 'ready' },
  },
  'process-exited': {
    event: fact({ type: 'process-exited', exit: { code: 1, signal: null } }),
    row: { ...SAME, starting: 'stopping', ready: 'stopping', unready: 'stopping', stopping: '=' },
  },
  'run-cleared': {
    event: fact({ type: 'run-cleared', evidence: { lastLine: null, matches: [], kernelOomKill: false, remaining: [] } }),
    // Not before its process has ended.
    row: SAME,
  },
  'ready-line-seen': { event: fact({ type: 'ready-line-seen' }), row: { ...SAME, starting: '=' } },
  'fail-line-seen': { event: fact({ type: 'fail-line-seen', line: 'x' }), row: { ...SAME, starting: 'stopping' } },
  'output-captured': {
    event: fact({ type: 'output-captured', output: 'url', value: 'x' }),
    row: { ...SAME, starting: '=', ready: '=', unready: '=' },
  },
  'usage-sampled': { event: fact({ type: 'usage-sampled', rssBytes: 5 }), row: { ...SAME, starting: '=', ready: '=', unready: '=' } },
  'start-requested': {
    event: () => ({ type: 'start-requested', services: ['server'], withDependencies: true, again: true }),
    row: { ...SAME, stopped: 'waiting', backoff: 'waiting', completed: 'waiting', failed: 'waiting' },
  },
  'stop-requested': {
    event: () => ({ type: 'stop-requested', services: ['server'], actor: 'cli' }),
    row: {
      // Wanted down already: only who asked last is noted.
      stopped: '=',
      waiting: 'stopped',
      starting: 'stopping',
      ready: 'stopping',
      unready: 'stopping',
      stopping: '=',
      backoff: 'stopped',
      completed: 'stopped',
      failed: 'stopped',
    },
  },
  'restart-requested': {
    event: () => ({ type: 'restart-requested', services: ['server'], actor: 'cli' }),
    row: {
      stopped: 'waiting',
      waiting: '-',
      starting: 'stopping',
      ready: 'stopping',
      unready: 'stopping',
      stopping: '=',
      backoff: 'waiting',
      completed: 'waiting',
      failed: 'waiting',
    },
  },
  'enable-requested': { event: () => ({ type: 'enable-requested', services: ['server'], actor: 'cli' }), row: SAME },
  'disable-requested': {
    event: () => ({ type: 'disable-requested', services: ['server'], actor: 'cli' }),
    row: {
      stopped: '=',
      waiting: '=',
      starting: 'stopping',
      ready: 'stopping',
      unready: 'stopping',
      stopping: '=',
      backoff: 'waiting',
      completed: 'waiting',
      failed: 'waiting',
    },
  },
  'signal-requested': {
    event: () => ({ type: 'signal-requested', services: ['server'], signal: 'SIGHUP', actor: 'cli' }),
    row: { ...SAME, starting: '=', ready: '=', unready: '=' },
  },
  'down-requested': {
    event: () => ({ type: 'down-requested', gracePeriodMs: null }),
    row: {
      stopped: '=',
      waiting: 'stopped',
      starting: 'stopping',
      ready: 'stopping',
      unready: 'stopping',
      stopping: '=',
      backoff: 'stopped',
      completed: 'stopped',
      failed: 'stopped',
    },
  },
  'kill-requested': {
    event: () => ({ type: 'kill-requested' }),
    row: {
      stopped: '=',
      waiting: 'stopped',
      starting: 'stopping',
      ready: 'stopping',
      unready: 'stopping',
      stopping: '=',
      backoff: 'stopped',
      completed: 'stopped',
      failed: 'stopped',
    },
  },
  'config-loaded': {
    event: (story) => ({
      type: 'config-loaded',
      project: sampleProject({ server: { ...story.service('server').spec, command: ['other'] } }),
      profiles: [],
    }),
    row: {
      stopped: '=',
      waiting: '=',
      starting: 'stopping',
      ready: 'stopping',
      unready: 'stopping',
      stopping: '=',
      backoff: 'waiting',
      completed: 'waiting',
      failed: 'waiting',
    },
  },
  'wish-recovered': {
    event: () => ({ type: 'wish-recovered', service: 'server', ignoresDependencies: false }),
    row: { ...SAME, stopped: 'waiting', backoff: 'waiting', failed: 'waiting' },
  },
  'end-recovered': {
    event: () => ({
      type: 'end-recovered',
      service: 'server',
      end: { run: 1, cause: { type: 'exit', code: 3 }, exit: { code: 3, signal: null }, atMs: 1, uptimeMs: 1, lastLine: null },
      downFor: { type: 'user', actor: 'cli' },
    }),
    // Nothing but what is said of it.
    row: { ...SAME, stopped: '=', waiting: '=', starting: '=', ready: '=', unready: '=', stopping: '=' },
  },
  'rest-recovered': {
    // Only ever told of services that have not been touched yet.
    event: () => ({
      type: 'rest-recovered',
      service: 'server',
      rest: { phase: { type: 'completed' }, restarts: 0, ignoresDependencies: false },
    }),
    row: {
      ...SAME,
      stopped: 'completed',
      waiting: 'completed',
      starting: 'completed',
      ready: 'completed',
      unready: 'completed',
      stopping: 'completed',
      backoff: 'completed',
      completed: '-',
      failed: 'completed',
    },
  },
  'run-recovered': {
    // Only ever told of services that have not been touched yet.
    event: (story) => ({
      type: 'run-recovered',
      recorded: {
        service: 'server',
        run: story.run('server') + 1,
        pid: 9,
        alive: true,
        startedAtMs: 1,
        wasReady: true,
        restarts: 0,
        outputs: {},
        sameProcess: true,
        startsAnew: false,
        isWanted: true,
        fallback: story.service('server').spec,
      },
    }),
    row: {
      ...SAME,
      stopped: 'ready',
      waiting: 'ready',
      starting: 'ready',
      ready: '=',
      unready: 'ready',
      stopping: 'ready',
      backoff: 'ready',
      completed: 'ready',
      failed: 'ready',
    },
  },
  'path-changed': {
    event: () => ({ type: 'path-changed', service: 'server', path: '/src/a.js' }),
    row: {
      ...SAME,
      starting: 'stopping',
      ready: 'stopping',
      unready: 'stopping',
      waiting: '=',
      backoff: 'waiting',
      completed: 'waiting',
      failed: 'waiting',
    },
  },
  notified: {
    event: (story) => ({ type: 'notified', service: 'server', run: story.run('server'), what: 'ready' }),
    row: { ...SAME, starting: '=', ready: '=', unready: '=' },
  },
  'run-planned': { event: () => ({ type: 'run-planned', service: 'server', atMs: 2_000_000 }), row: SAME },
  'run-missed': { event: () => ({ type: 'run-missed', service: 'server', when: 'yesterday' }), row: SAME },
  'demand-arrived': { event: () => ({ type: 'demand-arrived', service: 'server' }), row: SAME },
  // Right after a state was entered nothing is due but the first probe.
  'deadline-passed': { event: () => ({ type: 'deadline-passed' }), row: { ...SAME, starting: '=' } },
};

function fact(rest: object): (story: Scenario) => Event {
  return (story) => ({ service: 'server', run: Math.max(1, story.run('server')), ...rest }) as Event;
}

for (const [type, { event, row }] of Object.entries(CHART)) {
  for (const [state, expected] of Object.entries(row) as [StateName, Result][]) {
    test(`${type} in ${state} ${expected === '-' ? 'changes nothing' : expected === '=' ? 'is noted' : `leads to ${expected}`}`, () => {
      const story = IN_STATE[state]().freshPage();
      assert.equal(story.stateOf('server'), state, 'the story gets there');
      const before = story.state;
      story.nowMs += 1;
      story.send(event(story));
      if (expected !== '-' && expected !== '=') return assert.equal(story.stateOf('server'), expected);
      assert.equal(story.stateOf('server'), state);
      const unchanged = story.orders.length === 0 && isSame(story.state, { ...before, awakeAtMs: story.state.awakeAtMs });
      assert.equal(unchanged, expected === '-');
    });
  }
}

function isSame(a: unknown, b: unknown): boolean {
  try {
    assert.deepEqual(a, b);
    return true;
  } catch {
    return false;
  }
}
