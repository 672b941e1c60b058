import assert from 'node:assert/strict';
import { COMMANDS } from '../../src/cli/command-table.ts';
import { type Project, projectTest } from '../rig/project.ts';

/** One object a line; the others print one document. */
const STREAMS = ['events', 'logs'];
/** They print what is of another make: output of a program, a script for a shell, messages of a protocol. */
const NO_JSON = ['run', 'completion', 'mcp'];
/** Asked first of all; of a service manager, which is played in test/cli/boot; and without end, in test/system/top and test/system/dashboard. */
const ELSEWHERE = ['init', 'boot', 'top', 'dashboard'];
/** In an order in which each finds what it needs. */
const CALLS = [
  ['validate'],
  ['config'],
  ['schema'],
  ['up', '-d'],
  ['ps'],
  ['status', 'a'],
  ['why', 'a'],
  ['logs'],
  ['events'],
  ['signal', 'SIGCONT', 'a'],
  ['disable', 'a'],
  ['enable', 'a'],
  ['wait', 'a', '--for', 'ready'],
  ['stop', 'a'],
  ['start', 'a'],
  ['restart', 'a'],
  ['scale', 'w=2'],
  ['plan'],
  ['reload'],
  ['export', 'systemd'],
  ['doctor'],
  ['upgrade'],
  ['down'],
];

async function documentsOf(project: Project, ...args: string[]): Promise<{ schema?: number }[]> {
  const stdout = await project.succeed(...args, '--json');
  const texts = STREAMS.includes(args[0] as string) ? stdout.trim().split('\n') : [stdout];
  return texts.map((text) => JSON.parse(text) as { schema?: number });
}

projectTest('every command answers in JSON where it is asked to, and says of which version', async (project) => {
  assert.deepEqual(await documentsOf(project, 'init'), [{ schema: 1, ok: true, file: project.file, services: ['clock'], warnings: [] }]);
  project.write('services: {a: {command: puppet a}, w: {command: puppet w, instances: 1}}');
  const up = project.start('up', '-d', '--json');
  await (await project.puppet('a').nextRun()).print('hello\n');
  await up.finished();
  for (const call of CALLS) {
    const documents = await documentsOf(project, ...call);
    assert.ok(documents.length > 0, call.join(' '));
    // The JSON Schema is a document of its own making.
    if (call[0] !== 'schema')
      assert.ok(
        documents.every(({ schema }) => schema === 1),
        `${call.join(' ')}: ${JSON.stringify(documents)}`,
      );
  }
  const called = CALLS.map(([name]) => name);
  const missing = COMMANDS.filter(({ name }) => !called.includes(name) && !NO_JSON.includes(name) && !ELSEWHERE.includes(name)).map(
    ({ name }) => name,
  );
  assert.deepEqual(missing, []);
});

/** What a refused command has printed. */
async function refusalOf(project: Project, args: readonly string[]): Promise<{ error: { exitCode: number }; diagnostics: object[] }> {
  const { code, stdout } = await project.run(...args, '--json');
  assert.equal(code, 78, `${args.join(' ')}\n${stdout}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) as string);
}

projectTest('what refuses a file says in JSON all that `validate` says of it', async (project) => {
  const running = 'services: {a: {command: puppet a}}';
  const broken = 'services:\n  a: {comand: puppet a}\n';
  project.write(broken);
  const { diagnostics } = JSON.parse((await project.run('validate', '--json')).stdout) as { diagnostics: object[] };
  assert.equal(diagnostics.length, 2);
  const refuses = async (...args: string[]): Promise<void> => {
    const refused = await refusalOf(project, args);
    assert.deepEqual([refused.error.exitCode, refused.diagnostics], [78, diagnostics], args.join(' '));
  };
  for (const call of [['up'], ['up', '-d'], ['up', '--dry-run'], ['export', 'systemd'], ['config'], ['doctor']]) await refuses(...call);
  project.write(running);
  await project.succeed('up', '-d');
  project.write(broken);
  for (const call of [['plan'], ['reload'], ['up', '-d'], ['upgrade']]) await refuses(...call);
});

projectTest('a project that cannot be exported, and a file that cannot be taken over, are told in JSON', async (project) => {
  project.write('services:\n  a: {command: [sleep, "1"]}\n');
  const [loss] = (await refusalOf(project, ['export', 'compose'])).diagnostics as { code: string; place: object }[];
  assert.deepEqual([loss?.code, loss?.place], ['not-exportable', { file: project.file, line: 2, col: 3 }]);
  const file = project.write('services: {}', 'compose.yaml');
  const [mistake] = (await refusalOf(project, ['init', '--force', '--from', 'compose.yaml'])).diagnostics as {
    code: string;
    place: object;
  }[];
  assert.deepEqual([mistake?.code, mistake?.place], ['nothing-to-run', { file, line: 1, col: 1 }]);
});
