import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findHandOverObstacle } from '../../src/daemon/hand-over.ts';
import { BY_LINE, type Given } from '../supervisor/sample-spec.ts';
import { Scenario } from '../supervisor/scenario.ts';

const instance = (number: number): Given => ({ readiness: BY_LINE, instance: { of: 'web', number, maxUnavailable: 1, upAtOnce: null } });
const obstacle = (story: Scenario): string | null => findHandOverObstacle(story.state, 'detached');

test('what is just stopping is waited for, so that who asked for it is not forgotten', () => {
  const story = new Scenario({ web: {} }).up();
  assert.equal(obstacle(story), null);
  assert.equal(obstacle(story.deafen('web').stop('web')), 'web is just stopping: try again in a moment');
});

test('who waits for a turn to be restarted is not forgotten either', () => {
  const story = new Scenario({ 'web:1': instance(1), 'web:2': instance(2) }).up().says('web:1').says('web:2').restart('web:1', 'web:2');
  assert.match(obstacle(story) ?? '', /^web:2 is to be restarted when its turn comes/);
  assert.equal(obstacle(story.says('web:1').says('web:2')), null);
});
