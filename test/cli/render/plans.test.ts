import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesNothing, renderPlan, summarizePlan } from '../../../src/cli/render/plan.ts';
import type { ReloadPlan } from '../../../src/control/protocol.ts';
import { PLAIN } from '../sample.ts';

const plan: ReloadPlan = {
  refused: [],
  project: ['logs'],
  services: [
    { service: 'server', class: 'restart', fields: ['command', 'env.PORT'] },
    { service: 'db', class: 'unchanged', fields: [] },
    { service: 'tunnel', class: 'start', fields: [] },
    { service: 'shadow', class: 'add', fields: [] },
    { service: 'old', class: 'stop', fields: [] },
    { service: 'mitm', class: 'live', fields: ['memory'] },
  ],
};

test('a plan names each service that changes, how, and the keys of the file that do it', () => {
  assert.equal(
    renderPlan(plan, PLAIN),
    `. logs: applied in place
~ server  restart  command, env.PORT
+ tunnel  start
+ shadow  add      not started: by its profiles, or disabled
- old     stop
. mitm    live     memory
`,
  );
});

test('the summary counts, unchanged services too', () => {
  assert.equal(summarizePlan(plan), '1 to start, 1 added, not started, 1 to restart, 1 changed in place, 1 to stop, 1 unchanged');
});

test('what cannot be applied says what to do instead', () => {
  assert.match(
    renderPlan({ ...plan, refused: ['state_dir'] }, PLAIN),
    /^! state_dir cannot change while the project runs: `omniroute down`, then `omniroute up`/,
  );
});

test('a plan changes nothing only when every part of it is empty', () => {
  const unchanged: ReloadPlan = { refused: [], project: [], services: [{ service: 'a', class: 'unchanged', fields: [] }] };
  assert.equal(changesNothing(unchanged), true);
  assert.equal(renderPlan(unchanged, PLAIN), '');
  assert.equal(changesNothing({ ...unchanged, project: ['logs'] }), false);
  assert.equal(changesNothing({ ...unchanged, refused: ['name'] }), false);
  assert.equal(changesNothing(plan), false);
});
