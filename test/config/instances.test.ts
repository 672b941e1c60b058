import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandInstances } from '../../src/config/instances.ts';
import { outputMarker } from '../../src/output-ref.ts';
import { selectServices } from '../../src/service-name.ts';
import { rule, sampleProject } from '../supervisor/sample-spec.ts';

const instances = { count: 3, maxUnavailable: 1 };

test('a service with instances becomes as many services, each knowing its number', () => {
  const { services } = expandInstances(sampleProject({ web: { instances, env: { A: '1' } }, db: {} }));
  assert.deepEqual(Object.keys(services), ['web:1', 'web:2', 'web:3', 'db']);
  assert.deepEqual(services['web:2']?.instance, { of: 'web', number: 2, maxUnavailable: 1, upAtOnce: null });
  assert.deepEqual(services['web:2']?.env, { OMNIROUTE_INSTANCE: '2', A: '1' });
});

test('one instance is one of several, so that its name stays when there are more', () => {
  assert.deepEqual(Object.keys(expandInstances(sampleProject({ web: { instances: { count: 1, maxUnavailable: 1 } } })).services), [
    'web:1',
  ]);
});

test('a project without instances is the project itself', () => {
  const project = sampleProject({ web: {}, db: {} });
  assert.equal(expandInstances(project), project);
});

test('whoever names the service means all of its instances', () => {
  const group = { name: 'line', strategy: 'one-for-all', members: ['web', 'proxy'] } as const;
  const project = sampleProject(
    {
      web: { instances, group },
      proxy: { dependsOn: { web: { condition: 'ready' } }, crashRules: [rule('r', [{ type: 'disable', service: 'web' }])], group },
    },
    { profiles: { all: ['web', 'proxy'] } },
  );
  const { services, profiles } = expandInstances(project);
  const { proxy } = services;
  assert.deepEqual(Object.keys(proxy?.dependsOn ?? {}), ['web:1', 'web:2', 'web:3']);
  assert.equal(proxy?.dependsOn['web:3']?.condition, 'ready');
  assert.deepEqual(
    proxy?.crashRules[0]?.then,
    ['web:1', 'web:2', 'web:3'].map((service) => ({ type: 'disable', service })),
  );
  assert.deepEqual(proxy?.group?.members, ['web:1', 'web:2', 'web:3', 'proxy']);
  assert.deepEqual(profiles, { all: ['web:1', 'web:2', 'web:3', 'proxy'] });
});

test('a rule that names its own service means the instance that crashed', () => {
  const project = sampleProject({ web: { instances, crashRules: [rule('r', [{ type: 'retry', service: 'web' }])] } });
  assert.deepEqual(expandInstances(project).services['web:2']?.crashRules[0]?.then, [{ type: 'retry', service: 'web:2' }]);
});

test('an output of a service with instances is the first one’s', () => {
  const marker = (service: string): string => outputMarker({ service, output: 'url' });
  const project = sampleProject({ web: { instances }, proxy: { command: ['run', marker('web')], env: { URL: marker('web') } } });
  const { proxy } = expandInstances(project).services;
  assert.deepEqual([proxy?.command[1], proxy?.env['URL']], [marker('web:1'), marker('web:1')]);
});

test('a scale asked for counts instead of the file’s number', () => {
  assert.equal(Object.keys(expandInstances(sampleProject({ web: { instances } }), { web: 5 }).services).length, 5);
});

test('names on a command line: the service itself, or all instances of it', () => {
  const known = ['web:1', 'web:2', 'web-old', 'db'];
  assert.deepEqual(selectServices(['web', 'db', 'web:2'], known), ['web:1', 'web:2', 'db']);
  assert.deepEqual(selectServices(['wev'], known), ['wev']);
});
