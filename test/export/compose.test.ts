import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documents, exportShop } from './shop.ts';

test('services, their commands, ports, limits and stops are in the compose file', (t) => {
  const [file] = documents(exportShop(t, 'compose').files['compose.yaml']);
  assert.equal(file.name, 'shop');
  const { db, web, nightly } = file.services;
  assert.deepEqual([db.image, db.command, db.build], ['docker.io/library/postgres:17', ['sleep', 'infinity'], undefined]);
  assert.deepEqual(
    [db.stop_signal, db.stop_grace_period, db.mem_limit, db.restart],
    ['SIGINT', '30s', `${256 * 1024 ** 2}b`, 'unless-stopped'],
  );
  assert.deepEqual(db.healthcheck, { test: ['CMD', 'sleep', '0'], interval: '1s', timeout: '10s', retries: 3, start_period: '30s' });
  assert.deepEqual(web.ports, ['127.0.0.1:8080:8080', '127.0.0.1:8081:8081']);
  assert.deepEqual(web.build, { context: '../..', dockerfile: 'deploy/compose/Dockerfile.web' });
  assert.equal(web.working_dir, '/app/web');
  assert.equal(nightly.restart, 'on-failure:4');
});

test('order is what compose calls it', (t) => {
  const [{ services }] = documents(exportShop(t, 'compose').files['compose.yaml']);
  assert.deepEqual(services.web.depends_on, {
    db: { condition: 'service_healthy' },
    migrate: { condition: 'service_completed_successfully' },
  });
});

test('what was at 127.0.0.1 on one machine is at the name of its service, and that is told', (t) => {
  const { files, lost } = exportShop(t, 'compose');
  const [{ services }] = documents(files['compose.yaml']);
  assert.deepEqual(services.web.command, ['node', 'server.mjs', '--db', 'db:5432']);
  assert.deepEqual(services.nightly.command, ['node', 'report.mjs', 'http://web:8080/']);
  assert.ok(lost.includes('web command') && lost.includes('nightly command'));
});

test('folders of this machine are folders of the image, and state is a volume', (t) => {
  const [{ services, volumes }] = documents(exportShop(t, 'compose').files['compose.yaml']);
  assert.deepEqual([services.web.environment.FILE, services.web.environment.ROOT], ['/state/web/x', '/app/web']);
  assert.deepEqual([services.web.volumes, volumes], [['state-web:/state/web'], { 'state-web': {} }]);
});

test('a dollar of a text is a dollar', (t) => {
  const [{ services }] = documents(exportShop(t, 'compose').files['compose.yaml']);
  assert.equal(services.db.environment.PRICE, '5$$ $$(date) 100%');
});

test('ports and the heap limit are variables, as they are here', (t) => {
  const [{ services }] = documents(exportShop(t, 'compose').files['compose.yaml']);
  const { PORT, PORT_HTTP, PORT_ADMIN, NODE_OPTIONS, LOG_LEVEL } = services.web.environment;
  assert.deepEqual([PORT, PORT_HTTP, PORT_ADMIN, NODE_OPTIONS, LOG_LEVEL], ['8080', '8080', '8081', '--max-old-space-size=128', 'info']);
});

test('everything that compose has no notion of is told', (t) => {
  assert.deepEqual(exportShop(t, 'compose').lost, [
    'db memory.soft',
    'nightly command',
    'web command',
    'web crash_rules',
    'web env.DATABASE_URL',
    'web hooks.post_exit',
    'web hooks.pre_start',
    'web liveness',
    'web success_exit',
    'web watch',
  ]);
});

test('what runs once a service is ready runs when its container has started, which is told where that is not the same', (t) => {
  const services = (readiness: string) =>
    `services: {web: {image: i, command: [sleep, "1"], hooks: {post_ready: [sleep, "2"]}${readiness}}}\n`;
  const { files, lost } = exportShop(t, 'compose', services(', readiness: {exec: {command: [sleep, "0"]}}'));
  assert.deepEqual(documents(files['compose.yaml'])[0].services.web.post_start, [{ command: ['sleep', '2'] }]);
  assert.ok(lost.includes('web hooks.post_ready'));
  assert.ok(!exportShop(t, 'compose', services('')).lost.includes('web hooks.post_ready'));
});
