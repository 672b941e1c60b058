import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  areStandings,
  describeHandedOver,
  describeStandings,
  isHandedOver,
  recallStandings,
  recallWishes,
  type Standings,
} from '../../src/daemon/standings.ts';
import { Scenario } from '../supervisor/scenario.ts';

const SHOP = {
  db: {},
  web: { dependsOn: { db: { condition: 'ready' as const, restart: 'never' as const } } },
  once: {},
  job: { type: 'job' as const },
  banned: {},
  allowed: { enabled: false },
  off: { enabled: false },
};
const NONCE = 'c0ffee';
const same = (text: string): string => text;

/** web runs without db, once has given up, job has completed. */
function shop(): Scenario {
  const phase = { type: 'failed' as const, reason: 'exit 1: "the word is s3cret"', retryAtMs: null };
  const story = new Scenario(SHOP).up().stop('db').exits('job', 0);
  story.send({ type: 'disable-requested', services: ['banned'], actor: 'cli' });
  story.send({ type: 'enable-requested', services: ['allowed'], actor: 'cli' });
  story.stop('once').send({ type: 'rest-recovered', service: 'once', rest: { phase, restarts: 4, ignoresDependencies: false } });
  return story;
}

test('an heir that is told of the standings, and of the wishes, is as the one before, but for processes', () => {
  const before = shop();
  const handed = JSON.parse(JSON.stringify(describeStandings(before.state, { handsOver: true, nonce: NONCE, mask: same }))) as Standings;
  assert.ok(areStandings(handed));
  const heir = new Scenario(SHOP).send(...recallStandings(handed, before.state.project));
  const handedOver = JSON.parse(JSON.stringify(describeHandedOver(before.state, same)));
  assert.ok(isHandedOver(handedOver));
  heir.send(...recallWishes(handedOver, handed, before.state.project));
  const shown = (story: Scenario) =>
    Object.keys(SHOP).map((name) => {
      const { state, desired, enabled, restarts, why, lastEnd } = story.show(name);
      return { name, state, desired, enabled, restarts, why, lastEnd };
    });
  const isWeb = ({ name }: { name: string }): boolean => name === 'web';
  assert.deepEqual(
    shown(heir).filter((each) => !isWeb(each)),
    shown(before).filter((each) => !isWeb(each)),
  );
  assert.equal(heir.stateOf('web'), 'waiting', 'its process is taken over with the runs');
});

test('somebody who starts the next omniroute means what had given up', () => {
  const { rests } = describeStandings(shop().state, { handsOver: false, nonce: NONCE, mask: same });
  assert.deepEqual(
    rests.map(({ service }) => service),
    ['job'],
  );
});

test('what the file asks for otherwise by now has neither completed nor given up, and is started by an heir that goes on', () => {
  const before = shop();
  const standings = describeStandings(before.state, { handsOver: true, nonce: NONCE, mask: same });
  const { project } = new Scenario({ ...SHOP, job: { ...SHOP.job, command: ['another'] }, once: { memory: { heapBytes: 1 } } }).state;
  const recalled = recallStandings(standings, project).filter(({ type }) => type === 'rest-recovered');
  assert.deepEqual(recalled, []);
  const wishes = recallWishes(describeHandedOver(before.state, same), standings, project);
  assert.deepEqual(
    wishes.flatMap((wish) => (wish.type === 'wish-recovered' ? [wish.service] : [])).filter((name) => ['job', 'once'].includes(name)),
    ['once', 'job'],
  );
});

test('no secret comes into the record by a line that was printed', () => {
  const { rests } = describeStandings(shop().state, { handsOver: true, nonce: NONCE, mask: (text) => text.replace('s3cret', '***') });
  assert.doesNotMatch(JSON.stringify(rests), /s3cret/);
  const said = new Scenario({ web: {} }).hold('clear-run').up().exits('web').cleared('web', { lastLine: 'the word is s3cret' });
  const { ends } = describeHandedOver(said.state, (text) => text.replace('s3cret', '***'));
  assert.equal(ends?.[0]?.end.lastLine, 'the word is ***');
});

test('an end that was written by hand, or by an omniroute with other causes, is left out, and so is all of them where there are none', () => {
  const { state } = shop();
  const standings = describeStandings(state, { handsOver: true, nonce: NONCE, mask: same });
  const { ends = [], ...older } = describeHandedOver(state, same);
  const db = ends.find(({ service }) => service === 'db') ?? assert.fail('db has ended');
  const endsRecalled = (handedOver: object): number =>
    recallWishes(handedOver as never, standings, state.project).filter(({ type }) => type === 'end-recovered').length;
  assert.deepEqual([endsRecalled({ ...older, ends: [db] }), endsRecalled(older)], [1, 0]);
  const withCause = (cause: unknown) => ({ ...db, end: { ...db.end, cause } });
  for (const broken of [
    null,
    {},
    { ...db, service: 'another' },
    { ...db, end: null },
    { ...db, end: { ...db.end, atMs: null } },
    { ...db, end: { ...db.end, exit: { code: null, signal: null } } },
    { ...db, downFor: { type: 'moon' } },
    withCause(null),
    withCause({ type: 'moon' }),
    withCause({ type: 'constructor' }),
    withCause({ type: 'exit' }),
    withCause({ type: 'config-reload', fields: [1] }),
  ])
    assert.equal(endsRecalled({ ...older, ends: [broken] }), 0, JSON.stringify(broken));
  assert.ok(!isHandedOver({ ...older, ends: 'all' } as never));
});

test('a service that the file has no more is not recalled, and a record that somebody wrote is looked at first', () => {
  const { project } = new Scenario({ db: {} }).state;
  const standings = describeStandings(shop().state, { handsOver: true, nonce: NONCE, mask: same });
  const wishes = recallWishes(describeHandedOver(shop().state, same), standings, project);
  assert.deepEqual(
    [recallStandings(standings, project), wishes.map((wish) => [wish.type, 'service' in wish && wish.service])],
    [[], [['end-recovered', 'db']]],
  );
  const [rest] = standings.rests;
  for (const broken of [
    null,
    {},
    { ...standings, rests: [{}] },
    { ...standings, rests: [null] },
    { ...standings, rests: [{ ...rest, service: undefined }] },
    { ...standings, rests: [{ ...rest, fingerprint: undefined }] },
    { ...standings, nonce: undefined },
    { ...standings, rests: [{ ...rest, rest: { phase: { type: 'completed' } } }] },
    { ...standings, rests: [{ ...rest, rest: { restarts: 0, phase: { type: 'failed' } } }] },
    { ...standings, disabled: [null] },
    { ...standings, disabled: [{ service: 'banned' }] },
    { ...standings, enabled: 'all' },
    { ...standings, enabled: [null] },
  ])
    assert.ok(!areStandings(broken as never), JSON.stringify(broken));
  for (const broken of [undefined, {}, { wanted: [null] }, { wanted: [{}] }])
    assert.ok(!isHandedOver(broken as never), JSON.stringify(broken));
});
