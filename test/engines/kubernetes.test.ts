// The output for Kubernetes, played by podman.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { yamlText } from '../../src/export/yaml-text.ts';
import { asKubelet, TEXTS, WORDS } from '../export/awkward.ts';
import { documents } from '../export/shop.ts';
import { eventually } from '../rig/within.ts';
import { answerOf, exportTo, PROJECTS } from './engine.ts';
import { Podman } from './podman.ts';

const podman = new Podman();
after(() => podman.close());
afterEach(() => void podman.do('pod', 'rm', '--all', '--force', '--time', '1'));

/** Plays the file; where the pod is. */
function play(file: string): string {
  podman.do('kube', 'play', file);
  const [infra = ''] = podman.do('pod', 'ps', '--format', '{{.InfraID}}').trim().split('\n');
  return podman.do('inspect', '--format', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', infra).trim();
}

const container = (ending: string): string =>
  podman
    .do('ps', '--all', '--format', '{{.Names}}')
    .split('\n')
    .find((name) => name.endsWith(ending)) ?? '';

test('the web app answers from its pod, and keeps what it is told in its database', async (t) => {
  const project = PROJECTS.webapp(t);
  const folder = exportTo('kubernetes', project);
  podman.build(project, 'deploy/kubernetes/Dockerfile', 'webapp:local');
  const address = play(join(folder, 'kubernetes.yaml'));
  const web = `http://${address}:3000`;
  assert.equal(await answerOf(`${web}/health`), 'ok, 0 note(s)\n');
  await fetch(`${web}/notes`, { method: 'POST', body: new URLSearchParams({ note: 'kept by the database' }) });
  assert.match(await answerOf(`http://${address}:5433/notes`), /kept by the database/);
  podman.do('restart', '--time', '1', container('-web'));
  assert.match(await answerOf(`${web}/`), /<li>kept by the database/);
  assert.match(podman.do('logs', container('-migrate')), /schema is at version 2/);

  podman.do('kube', 'down', join(folder, 'kubernetes.yaml'));
  assert.deepEqual([podman.do('pod', 'ps', '--quiet'), podman.do('ps', '--all', '--quiet')], ['', '']);
});

test('commands, variables and secrets come as they are to a pod whose names are cut', async (t) => {
  const project = PROJECTS.awkward(t);
  const folder = exportTo('kubernetes', project);
  const text = readFileSync(join(folder, 'kubernetes.yaml'), 'utf8');
  const [deployment, , job] = documents(text);
  const { containers, initContainers } = deployment.spec.template.spec;
  podman.build(project, 'deploy/kubernetes/Dockerfile', containers[0].image);
  const name = /--from-env-file|secret generic (\S+)/.exec(text)?.[1] ?? '';
  const data = { odd_api_token: Buffer.from('sword$1').toString('base64') };
  // As podman 4 keeps one: it cannot read what it makes of a document of the kind Secret.
  writeFileSync(join(folder, 'secret.json'), JSON.stringify(data));
  podman.do('secret', 'create', name, join(folder, 'secret.json'));
  assert.equal(initContainers.length, 1);
  // Podman 4 starts what comes first in a Deployment again when it has ended; in a Job it does not.
  delete deployment.spec.template.spec.initContainers;
  writeFileSync(join(folder, 'deployment.yaml'), yamlText(deployment));
  const { words, env } = JSON.parse(await answerOf(`http://${play(join(folder, 'deployment.yaml'))}:8099`));
  assert.deepEqual(words.map(asKubelet), WORDS);
  const given = Object.entries(env as Record<string, string>).map(([key, value]) => [key, asKubelet(value)]);
  assert.deepEqual(Object.fromEntries(given), { ...TEXTS, odd_api_token: 'sword$1' });
  assert.equal(job.kind, 'Job');
});

test('a job does first what it waits for', async (t) => {
  const folder = exportTo('kubernetes', PROJECTS.jobs(t));
  const [job] = documents(readFileSync(join(folder, 'kubernetes.yaml'), 'utf8'));
  // Podman plays no Job, but the pod that one makes.
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'jobs' }, spec: job.spec.template.spec };
  writeFileSync(join(folder, 'pod.yaml'), yamlText(pod));
  podman.do('tag', 'docker.io/library/node:22-slim', 'i');
  podman.do('kube', 'play', join(folder, 'pod.yaml'));
  const ended = (): string | null =>
    podman.do('ps', '--all', '--filter', 'status=exited', '--format', '{{.Names}}').includes('-c') ? 'c' : null;
  await eventually(() => 'the end of c', ended);
  const runs = podman.do('ps', '--all', '--format', '{{.Names}} {{.ExitCode}}');
  assert.match(runs, /jobs-c 0/);
});
