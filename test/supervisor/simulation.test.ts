// Many services through anything that can happen, in any order: exits, answers late and twice, people, reloads, time. What must hold is
// checked after every single step. OMNIROUTE_SIMULATIONS=20000 looks longer; a failure prints the seed and the shortest story.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Dependency, ProjectSpec } from '../../src/spec.ts';
import { nextDeadline } from '../../src/supervisor/deadlines.ts';
import { BY_LINE, BY_PROBE, type Given, HOOK, LIVENESS, rule, sampleProject } from './sample-spec.ts';
import { SimulatedWorld } from './simulated-world.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const numRuns = Number(process.env['OMNIROUTE_SIMULATIONS'] ?? 300);

const BY_WORD = { ...BY_LINE, log: null, notify: 'fd' } as const;
const NIGHTLY = { cron: '@daily', timezone: null, misfire: 'run' } as const;
const readiness = fc.constantFrom(null, BY_LINE, BY_PROBE, BY_WORD, { ...BY_PROBE, log: BY_LINE.log, startTimeoutMs: 5_000 });
const hooks = fc.constantFrom(
  {},
  {},
  { pre_start: HOOK },
  { post_exit: HOOK },
  { pre_start: HOOK, post_ready: HOOK, pre_stop: HOOK, post_exit: HOOK },
);
const limits = fc.constantFrom(
  {},
  { maxAttempts: 1 },
  { maxAttempts: null, maxCrashes: 3 },
  { policy: 'on-failure' as const },
  { retryAfterMs: null, maxAttempts: 2 },
);

/** What a service is part of, or waits for, is decided with its neighbours. */
interface Drawn extends Given {
  readonly needs: readonly number[];
  readonly belongs: 'alone' | 'grouped' | 'instance';
  readonly occasion: 'none' | 'time' | 'connection';
  readonly overlap: 'skip' | 'queue' | 'replace';
}

const service: fc.Arbitrary<Drawn> = fc.record({
  type: fc.constantFrom('service', 'service', 'service', 'job'),
  enabled: fc.constantFrom(true, true, true, false),
  command: fc.constantFrom(['one'] as const, ['two'] as const),
  readiness,
  liveness: fc.constantFrom(null, null, LIVENESS),
  ports: fc.constantFrom({}, { http: 80 }),
  sockets: fc.constantFrom([], [], [{ name: 'web', address: { type: 'tcp', host: '127.0.0.1', port: 81 } } as const]),
  hooks,
  restart: limits,
  memory: fc.constantFrom({}, { softBytes: 700, hardBytes: 1_000 }),
  stop: fc.constantFrom(
    { signal: 'SIGTERM', gracePeriodMs: 1_000, command: null } as const,
    { signal: 'SIGINT', gracePeriodMs: 0, command: ['quit'] } as const,
  ),
  crashRules: fc.constantFrom(
    [],
    [rule('again', [{ type: 'retry', service: 'a' }], {}, { count: 1, perMs: 60_000 })],
    [rule('blame', [{ type: 'disable', service: 'b' }], { gaveUp: true })],
  ),
  watchdogMs: fc.constantFrom(null, null, 3_000),
  needs: fc.array(fc.nat(4), { maxLength: 2 }),
  belongs: fc.constantFrom('alone', 'alone', 'grouped', 'instance'),
  occasion: fc.constantFrom('none', 'none', 'none', 'time', 'connection'),
  overlap: fc.constantFrom('skip', 'queue', 'replace'),
});

/** Dependencies point to earlier services alone: the file is checked for cycles before the core sees it. */
const project: fc.Arbitrary<ProjectSpec> = fc.array(service, { minLength: 1, maxLength: NAMES.length }).map((services) => {
  const members = NAMES.filter((_, index) => services[index]?.belongs === 'grouped');
  const instances = services.filter(({ belongs, type }) => belongs === 'instance' && type !== 'job').length;
  const upAtOnce = instances > 1 && services.length % 2 === 1 ? instances - 1 : null;
  const strategy = services.length % 2 === 0 ? 'one-for-all' : 'rest-for-one';
  return sampleProject(
    Object.fromEntries(
      services.map(({ needs, belongs, occasion, overlap, ...given }, index) => {
        const targets = [...new Set(needs.filter((need) => need < index))];
        const condition = (need: number): Dependency['condition'] =>
          services[need]?.type === 'job' ? 'completed' : need % 2 === 0 ? 'ready' : 'started';
        const dependsOn = Object.fromEntries(
          targets.map((need) => [NAMES[need], { condition: condition(need), restart: need === 1 ? 'always' : 'never' } as const]),
        );
        // A rule that names a service which is not there is refused before the core sees it.
        const crashRules = services.length > 1 ? (given.crashRules ?? []) : [];
        const isJob = given.type === 'job';
        const special: Given = {
          schedule: isJob && occasion === 'time' ? { ...NIGHTLY, overlap } : null,
          start: !isJob && occasion === 'connection' ? 'on-demand' : 'auto',
          watchdogMs: given.readiness?.notify ? (given.watchdogMs ?? null) : null,
          group: belongs === 'grouped' && members.length > 1 ? { name: 'g', strategy, members } : null,
          instance: belongs === 'instance' && !isJob ? { of: 'x', number: index + 1, maxUnavailable: 1, upAtOnce } : null,
        };
        return [NAMES[index] as string, { ...given, ...special, crashRules, dependsOn }];
      }),
    ),
  );
});

type Act = (world: SimulatedWorld, pick: number, choice: number) => void;

const nameOf = (world: SimulatedWorld, pick: number): string =>
  [...world.state.services.keys()][pick % Math.max(1, world.state.services.size)] ?? 'a';

/** Weighted by how often they stand here. */
const ACTS: readonly Act[] = [
  ...Array<Act>(8).fill((world, pick, choice) => world.answer(pick, choice)),
  ...Array<Act>(2).fill((world, pick, choice) => world.die(pick, choice % 3)),
  ...Array<Act>(3).fill((world, _, choice) => world.passTime([1, 100, 500, 5_000, 40_000, 700_000][choice % 6] as number)),
  (world, _, choice) => world.sleep([2_500, 65_000, 86_400_000][choice % 3] as number),
  (world, pick) => {
    const process = world.living[pick % Math.max(1, world.living.length)];
    if (process) world.tell({ type: 'ready-line-seen', service: process.service, run: process.run });
  },
  (world, pick, choice) => {
    const process = world.living[pick % Math.max(1, world.living.length)];
    if (process) world.tell({ type: 'output-captured', service: process.service, run: process.run, output: 'url', value: `${choice}` });
  },
  // What was true once arrives again, too late.
  (world, pick) => {
    const late = world.told[pick % Math.max(1, world.told.length)];
    if (late && late.run < (world.state.services.get(late.service)?.lastRun ?? 0)) world.tell(late);
  },
  (world, pick) => world.tell({ type: 'start-requested', services: known(world, pick), withDependencies: true, again: true }),
  (world, pick) => world.tell({ type: 'stop-requested', services: known(world, pick), actor: 'cli' }),
  (world, pick) => world.tell({ type: 'restart-requested', services: known(world, pick), actor: 'cli' }),
  (world, pick) => world.tell({ type: 'enable-requested', services: known(world, pick), actor: 'cli' }),
  (world, pick) => world.tell({ type: 'disable-requested', services: known(world, pick), actor: 'cli' }),
  (world, pick) => world.tell({ type: 'signal-requested', services: known(world, pick), signal: 'SIGHUP', actor: 'cli' }),
  (world) => world.tell({ type: 'restart-requested', services: [...world.state.services.keys()], actor: 'cli' }),
  (world, pick) => world.tell({ type: 'run-missed', service: nameOf(world, pick), when: 'once' }),
  (world, pick) => world.tell({ type: 'demand-arrived', service: nameOf(world, pick) }),
  (world, pick, choice) => {
    const process = world.living[pick % Math.max(1, world.living.length)];
    const what = (['ready', 'ready', 'ping', 'stuck'] as const)[choice % 4] ?? 'ping';
    if (process) world.tell({ type: 'notified', service: process.service, run: process.run, what });
  },
  (world, pick) => world.tell({ type: 'path-changed', service: nameOf(world, pick), path: '/src' }),
];

function known(world: SimulatedWorld, pick: number): string[] {
  return world.state.services.size === 0 ? [] : [nameOf(world, pick)];
}

const acts = fc.array(fc.tuple(fc.nat(ACTS.length - 1), fc.nat(50), fc.nat(50)), { maxLength: 150 });

function play(world: SimulatedWorld, story: readonly (readonly [number, number, number])[]): void {
  for (const [act, pick, choice] of story) ACTS[act]?.(world, pick, choice);
}

test('whatever happens, no promise is broken, and down leaves nothing', () => {
  fc.assert(
    fc.property(project, acts, fc.array(fc.tuple(project, acts), { maxLength: 2 }), (first, story, edits) => {
      const world = new SimulatedWorld(first);
      world.tell({ type: 'start-requested', services: [...world.state.services.keys()], withDependencies: true, again: true });
      play(world, story);
      for (const [edited, after] of edits) {
        world.tell({ type: 'config-loaded', project: edited, profiles: [] });
        play(world, after);
      }
      world.tell({ type: 'down-requested', gracePeriodMs: null });
      play(world, story.slice(0, 20));
      world.settle();
      assert.deepEqual(world.living, [], 'no process is left');
      assert.ok([...world.state.services.values()].every(({ phase }) => phase.type === 'stopped'));
      assert.equal(nextDeadline(world.state), null, 'nothing is due any more');
    }),
    { numRuns },
  );
});

test('a project left in peace comes up: every service that can run is ready, and every job done', () => {
  fc.assert(
    fc.property(project, (peaceful) => {
      const world = new SimulatedWorld(peaceful);
      world.tell({ type: 'start-requested', services: [...world.state.services.keys()], withDependencies: true, again: true });
      for (let round = 0; round < 200; round++) {
        while (world.pending.length > 0) world.answer(0, 0);
        for (const process of world.living) {
          const { spec, phase } = world.state.services.get(process.service) ?? assert.fail('it is there');
          if (phase.type === 'starting' && spec.readiness?.log)
            world.tell({ type: 'ready-line-seen', service: process.service, run: process.run });
          else if (phase.type === 'starting' && spec.readiness?.notify)
            world.tell({ type: 'notified', service: process.service, run: process.run, what: 'ready' });
          else if (spec.type === 'job' && phase.type === 'ready') world.end(process, 0);
          else if (spec.watchdogMs !== null && spec.readiness?.notify)
            world.tell({ type: 'notified', service: process.service, run: process.run, what: 'ping' });
        }
        world.passTime(50);
      }
      for (const { name, spec, phase } of world.state.services.values()) {
        const blocked = phase.type === 'waiting' && phase.blockers.length > 0;
        const spare = spec.instance?.upAtOnce != null && phase.type === 'stopped';
        assert.ok(blocked || spare || phase.type === (spec.type === 'job' ? 'completed' : 'ready'), `${name} is ${phase.type}`);
      }
    }),
    { numRuns: Math.ceil(numRuns / 3) },
  );
});
