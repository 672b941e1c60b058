import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documents, exportShop } from './shop.ts';

interface Named {
  readonly name: string;
}

const named = <T extends Named>(list: readonly T[], name: string): T => list.find((each) => each.name === name) as T;

test('services of one machine are containers of one pod, and reach each other as before', (t) => {
  const [deployment, service, job] = documents(exportShop(t, 'kubernetes').files['kubernetes.yaml']);
  assert.deepEqual([deployment.kind, service.kind, job.kind], ['Deployment', 'Service', 'Job']);
  const { containers, initContainers, terminationGracePeriodSeconds } = deployment.spec.template.spec;
  assert.deepEqual(
    initContainers.map(({ name }: Named) => name),
    ['seed'],
  );
  assert.deepEqual(
    containers.map(({ name }: Named) => name),
    ['db', 'migrate', 'web'],
  );
  assert.equal(terminationGracePeriodSeconds, 30);
  assert.deepEqual(deployment.spec.strategy, { type: 'Recreate' });
  assert.deepEqual(named(containers as (Named & { resources: unknown })[], 'db').resources, {
    limits: { memory: String(256 * 1024 ** 2) },
  });
  assert.deepEqual(
    service.spec.ports.map(({ name, port }: { name: string; port: number }) => `${name} ${port}`),
    ['db-sql 5432', 'web-http 8080', 'web-admin 8081'],
  );
});

test('checks are probes, in whole seconds', (t) => {
  const [deployment] = documents(exportShop(t, 'kubernetes').files['kubernetes.yaml']);
  const { containers } = deployment.spec.template.spec;
  const [db, , web] = containers;
  assert.deepEqual(db.startupProbe, { exec: { command: ['sleep', '0'] }, periodSeconds: 1, timeoutSeconds: 10, failureThreshold: 30 });
  assert.deepEqual(web.readinessProbe.httpGet, { path: '/health?deep=1', port: 8080 });
  assert.deepEqual(web.livenessProbe, {
    httpGet: { path: '/live', port: 8080 },
    periodSeconds: 10,
    timeoutSeconds: 10,
    failureThreshold: 6,
  });
  assert.deepEqual(web.lifecycle, { preStop: { exec: { command: ['sleep', '2'] } } });
});

test('who waits does so in a shell before its program', (t) => {
  const [deployment] = documents(exportShop(t, 'kubernetes').files['kubernetes.yaml']);
  const [, migrate, web] = deployment.spec.template.spec.containers;
  assert.deepEqual(web.args.slice(3), ['node', 'server.mjs', '--db', '127.0.0.1:5432']);
  assert.match(
    web.args[2],
    /until node -e .*5432.*; do sleep 1; done\nuntil \[ -e \/run\/omniroute\/migrate \]; do sleep 1; done\nexec "\$0" "\$@"$/,
  );
  assert.match(migrate.args[2], /"\$0" "\$@" \|\| exit\n: > \/run\/omniroute\/migrate\n/);
  assert.deepEqual(
    web.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath),
    ['/run/omniroute', '/state/web'],
  );
});

test('a job that nobody waits for is a Job, which reaches the services by name', (t) => {
  const job = documents(exportShop(t, 'kubernetes').files['kubernetes.yaml'])[2];
  const [container] = job.spec.template.spec.containers;
  assert.deepEqual([job.metadata.name, job.spec.backoffLimit, job.spec.template.spec.restartPolicy], ['shop-nightly', 4, 'OnFailure']);
  assert.deepEqual(container.args.slice(-3), ['node', 'report.mjs', 'http://shop:8080/']);
});

test('a job apart waits for the service where it is', (t) => {
  const job = documents(exportShop(t, 'kubernetes').files['kubernetes.yaml'])[2];
  assert.match(job.spec.template.spec.containers[0].args[2], /http:\/\/shop:8080\/health/);
});

test('a variable of the shell is not taken for one of kubernetes', (t) => {
  const [deployment] = documents(exportShop(t, 'kubernetes').files['kubernetes.yaml']);
  const { env } = deployment.spec.template.spec.containers[0];
  assert.equal(named(env as (Named & { value: string })[], 'PRICE').value, '5$ $$(date) 100%');
});

test('everything that kubernetes has no notion of is told', (t) => {
  assert.deepEqual(exportShop(t, 'kubernetes').lost, [
    'db memory.soft',
    'db stop.signal',
    'migrate type',
    'nightly command',
    'web crash_rules',
    'web env',
    'web hooks.post_exit',
    'web hooks.pre_start',
    'web success_exit',
    'web watch',
  ]);
});
