import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { exportCompose } from '../../src/export/compose.ts';
import { writeCalendar, writeCronLine } from '../../src/export/cron-line.ts';
import type { Exported } from '../../src/export/exported.ts';
import { exportKubernetes } from '../../src/export/kubernetes.ts';
import { exportNomad } from '../../src/export/nomad.ts';
import { exportSystemd } from '../../src/export/systemd.ts';
import type { Schedule } from '../../src/spec.ts';
import { BY_LINE, type Given, sampleProject } from '../supervisor/sample-spec.ts';

const NIGHTLY: Schedule = { cron: '0 2 * * 1-5', timezone: 'Europe/Berlin', overlap: 'replace', misfire: 'skip' };

function request(services: Readonly<Record<string, Given>>) {
  return { project: sampleProject(services), secrets: [], projectPath: '.', exportPath: '', hasFile: () => true };
}

const WITH_BACKUP = request({ web: { image: 'web' }, backup: { type: 'job', image: 'backup', schedule: NIGHTLY } });
const keys = ({ losses }: Exported): string[] =>
  losses.filter(({ isDefault }) => !isDefault).map(({ service, key }) => `${service} ${key}`);

test('kubernetes: a job with a schedule is a CronJob', () => {
  const exported = exportKubernetes(WITH_BACKUP);
  const documents = parseAllDocuments(exported.files['kubernetes.yaml'] ?? '').map((document) => document.toJS());
  const [deployment, cron] = documents;
  assert.deepEqual(
    deployment.spec.template.spec.containers.map(({ name }: { name: string }) => name),
    ['web'],
  );
  assert.equal(cron.kind, 'CronJob');
  const { jobTemplate, ...when } = cron.spec;
  assert.deepEqual(when, { schedule: '0 2 * * 1-5', timeZone: 'Europe/Berlin', concurrencyPolicy: 'Replace', startingDeadlineSeconds: 60 });
  assert.equal(jobTemplate.spec.template.spec.containers[0].image, 'backup');
  assert.deepEqual(keys(exported), []);
});

test('nomad: it is a periodic batch job of its own, and what is otherwise there is told', () => {
  const exported = exportNomad(WITH_BACKUP);
  assert.deepEqual(Object.keys(exported.files), ['shop.nomad.hcl', 'shop-backup.nomad.hcl']);
  const text = exported.files['shop-backup.nomad.hcl'] ?? '';
  assert.match(
    text,
    /type = "batch"\n {2}periodic \{\n {4}crons = \["0 2 \* \* 1-5"\]\n {4}prohibit_overlap = true\n {4}time_zone = "Europe\/Berlin"/,
  );
  assert.doesNotMatch(text, /lifecycle/);
  assert.doesNotMatch(exported.files['shop.nomad.hcl'] ?? '', /backup/);
  assert.deepEqual(keys(exported), ['backup schedule.overlap']);
});

test('systemd: it is a timer, and its service can be started again', (context) => {
  const exported = exportSystemd(
    request({ web: {}, backup: { type: 'job', command: ['/bin/true'], schedule: { ...NIGHTLY, misfire: 'run', overlap: 'skip' } } }),
  );
  const { 'shop.target': target, 'shop-backup.timer': timer, 'shop-backup.service': service } = exported.files;
  assert.match(target ?? '', /Wants=shop-web\.service shop-backup\.timer/);
  assert.match(timer ?? '', /OnCalendar=Mon\.\.Fri \*-\*-\* 02:00:00 Europe\/Berlin\n[\s\S]*Persistent=yes/);
  assert.doesNotMatch(service ?? '', /RemainAfterExit/);
  if (spawnSync('systemd-analyze', ['--version']).status !== 0) return context.diagnostic('systemd-analyze is not there to agree');
  const folder = mkdtempSync(join(tmpdir(), 'units-'));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries({ 'shop-backup.timer': timer, 'shop-backup.service': service }))
    writeFileSync(join(folder, name), (text ?? '').replace('/project', '/'));
  const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', join(folder, 'shop-backup.timer')], { encoding: 'utf8' });
  assert.equal(stderr, '');
});

test('compose: nothing is started by the clock, which is told; instances are its scale', () => {
  const exported = exportCompose(
    request({
      web: { image: 'web', instances: { count: 3, maxUnavailable: 1 } },
      backup: { type: 'job', image: 'backup', schedule: NIGHTLY },
    }),
  );
  assert.deepEqual(keys(exported), ['backup schedule']);
  assert.equal(parse(exported.files['compose.yaml'] ?? '').services.web.scale, 3);
});

test('systemd hears what other engines do not: READY=1 and the watchdog', () => {
  const spec: Given = { readiness: { ...BY_LINE, log: null, notify: 'systemd' }, watchdogMs: 30_000 };
  const exported = exportSystemd(request({ web: spec }));
  assert.match(exported.files['shop-web.service'] ?? '', /Type=notify\n[\s\S]*WatchdogSec=30s/);
  assert.deepEqual(keys(exported), []);
  assert.deepEqual(keys(exportCompose(request({ web: { ...spec, image: 'web' } }))), ['web readiness.notify', 'web watchdog']);
});

for (const [cron, calendar] of [
  ['* * * * *', '*-*-* *:*:00'],
  ['*/15 8-18 * * *', '*-*-* 8..18:0/15:00'],
  ['0 0 1,15 JAN-MAR *', '*-1..3-1,15 00:00:00'],
  ['0 0 * * 0', 'Sun *-*-* 00:00:00'],
  ['0 0 * * mon,7', 'Mon,Sun *-*-* 00:00:00'],
  ['*/10 * * * * *', '*-*-* *:*:0/10'],
  ['@weekly', 'Sun *-*-* 00:00:00'],
  ['0 0 13 * 5', null],
  ['0 0 L * *', null],
] as const) {
  test(`\`${cron}\` ${calendar === null ? 'is more than systemd can say' : `is \`${calendar}\` there`}`, () => {
    assert.equal(writeCalendar({ ...NIGHTLY, cron, timezone: null }), calendar);
    if (calendar === null || spawnSync('systemd-analyze', ['--version']).status !== 0) return;
    assert.equal(spawnSync('systemd-analyze', ['calendar', calendar]).status, 0, 'and systemd understands it');
  });
}

test('seconds are lost where an engine has none, and that is told', () => {
  assert.deepEqual(writeCronLine({ ...NIGHTLY, cron: '30 0 2 * * *' }), { line: '0 2 * * *', losesSeconds: true });
  assert.deepEqual(writeCronLine({ ...NIGHTLY, cron: '@daily' }), { line: '0 0 * * *', losesSeconds: false });
});
