// The package installed in an empty folder, as a new user has it: every command is played there once, from the first `init` on. What each
// of them does in all its cases is told in test/system; here it is that nothing of it was left out of the package.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { parseAllDocuments } from 'yaml';
import { askInBareJson } from './rig/bare-json.ts';
import { freePort } from './rig/free-port.ts';
import { openHookReceiver } from './rig/hook-receiver.ts';
import { PackedPackage } from './rig/installed-package.ts';
import { playSystemd } from './rig/played-systemd.ts';
import { runProgram } from './rig/program.ts';
import { type Project, projectTest } from './rig/project.ts';
import { terminalTest } from './rig/terminal-test.ts';
import { within } from './rig/within.ts';

const omniroute = new PackedPackage();

function strangerTest(name: string, body: (project: Project, context: TestContext) => Promise<void>): void {
  projectTest(name, async (project, context) => {
    omniroute.installIn(project);
    await body(project, context);
  });
}

const SERVER = `import { createServer } from 'node:http';
createServer((_, response) => response.end('hello')).listen(process.env.PORT, '127.0.0.1', () => console.log('listening'));
`;

strangerTest('a stranger has a file written, asks the doctor, starts it, looks at it and stops it', async (project) => {
  const port = await freePort();
  project.write(SERVER, 'server.mjs');
  project.write(JSON.stringify({ private: true, scripts: { start: 'node server.mjs' } }), 'package.json');
  assert.equal((await project.succeed('--version')).trim(), JSON.parse(readFileSync('package.json', 'utf8')).version);
  await project.succeed('init');
  const [name = ''] = /^ {2}(\w+):$/m.exec(project.read('omniroute.yaml'))?.slice(1) ?? [];
  project.write(`${project.read('omniroute.yaml')}env: { PORT: "${port}" }\n`);
  assert.match(await project.succeed('validate'), /valid, 1 service/);
  assert.match(await project.succeed('doctor'), /this machine[^]*this project/);
  await project.succeed('up', '-d');
  await project.succeed('wait', name, '--timeout', '30s');
  assert.match(await project.succeed('ps'), new RegExp(`${name} +ready`));
  assert.match(await project.succeed('status', name), /ready/);
  assert.equal((await project.succeed('run', name, '--', 'sh', '-c', 'echo $PORT')).trim(), String(port));
  assert.match(await project.succeed('logs', name), /listening/);
  assert.equal(await (await fetch(`http://127.0.0.1:${port}`)).text(), 'hello');
  await project.succeed('restart', name);
  assert.match(await project.succeed('why', name), /asked by cli/);
  assert.match(await project.succeed('events', '-n', '1'), new RegExp(name));
  await project.succeed('plan');
  await project.succeed('reload');
  await project.succeed('down');
  assert.match(await project.succeed('logs', name, '-n', '1'), /listening/, 'also when nothing runs');
});

strangerTest('a newer version takes over what runs, and more instances are started', async (project) => {
  project.write('services: {web: {command: puppet web, instances: 1}}');
  await project.succeed('up', '-d');
  const first = await project.puppet('web').nextRun();
  await project.succeed('scale', 'web=2');
  await project.puppet('web').nextRun();
  await project.succeed('upgrade');
  const { services } = await project.snapshot();
  assert.deepEqual([services.length, services[0]?.pid], [2, first.pid]);
});

terminalTest('top and up --tui show the project on the whole terminal, and q leaves it running', async (project, terminal) => {
  omniroute.installIn(project);
  project.write('services: {server: {command: puppet server}}');
  terminal.type('node_modules/.bin/omniroute up --tui');
  const server = await project.puppet('server').nextRun();
  await server.print('said by the server\n');
  await terminal.shows(/▸ server +ready[^]*server +│ said by the server/);
  terminal.press('q');
  await terminal.shows(/ready>\s*$/);
  terminal.type('clear; node_modules/.bin/omniroute top server');
  await terminal.shows(/▸ server +ready[^]*── logs of server[^]*said by the server/);
  terminal.press('q');
  await terminal.shows(/ready>\s*$/);
  assert.ok(server.alive);
});

for (const command of [
  ['dashboard', '--no-open'],
  ['up', '--dashboard'],
])
  strangerTest(`${command.join(' ')} serves the page with all that belongs to it`, async (project) => {
    project.write('services: {server: {command: puppet server}}');
    if (command[0] === 'dashboard') await project.succeed('up', '-d');
    const dashboard = project.start(...command);
    const [, address = ''] = await dashboard.printed(/dashboard at (\S+)/);
    const page = await (await fetch(address)).text();
    const parts = Array.from(page.matchAll(/(?:src|href)="([^"]+)"/g), ([, part = '']) => part);
    assert.ok(parts.some((part) => part.endsWith('main.js')) && parts.some((part) => part.endsWith('page.css')), page);
    for (const part of parts) assert.equal((await fetch(new URL(part, address))).status, 200, part);
    dashboard.signal('SIGINT');
    await dashboard.finished();
  });

/** The same two programs, as each tool writes them. */
const SOURCES: Readonly<Record<string, { readonly file: string; readonly text: string; readonly flags?: readonly string[] }>> = {
  procfile: { file: 'Procfile', text: 'web: puppet web\nworker: puppet worker\n' },
  'pm2, read as data': {
    file: 'ecosystem.json',
    text: '{"apps": [{"name": "web", "script": "puppet", "interpreter": "none", "args": "web"}, {"name": "worker", "script": "puppet", "interpreter": "none", "args": "worker"}]}',
  },
  'pm2, evaluated': {
    file: 'ecosystem.config.cjs',
    text: "module.exports = { apps: ['web', 'worker'].map((name) => ({ name, script: 'puppet', interpreter: 'none', args: name })) };\n",
    flags: ['--trust'],
  },
  'process-compose': {
    file: 'process-compose.yaml',
    text: 'version: "0.5"\nprocesses:\n  web: {command: puppet web, depends_on: {worker: {condition: process_started}}}\n  worker: {command: puppet worker}\n',
  },
  compose: {
    file: 'compose.yaml',
    text: 'services:\n  web: {command: puppet web, depends_on: [worker]}\n  worker: {command: puppet worker}\n',
  },
  'package.json': { file: 'package.json', text: '{"private": true, "scripts": {"web": "puppet web", "worker": "puppet worker"}}' },
};

for (const [kind, { file, text, flags = [] }] of Object.entries(SOURCES))
  strangerTest(`a project of another tool is taken over and runs: ${kind}`, async (project) => {
    project.write(text, file);
    await project.succeed('init', '--from', file, ...flags);
    await project.succeed('up', '-d');
    for (const name of ['web', 'worker']) await project.puppet(name).nextRun();
    const { services } = await project.snapshot();
    assert.deepEqual(services.map(({ name, state }) => `${name} ${state}`).sort(), ['web ready', 'worker ready']);
  });

strangerTest('boot writes a unit that systemd has nothing against, tells whether it is enabled, and takes it back', async (project) => {
  project.write('name: shop\nservices: {server: {command: puppet server}}');
  const systemd = playSystemd(join(project.root, 'bin'));
  Object.assign(project.env, systemd.env, { XDG_CONFIG_HOME: join(project.root, 'home/config') });
  const unit = join(project.root, 'home/config/systemd/user/omniroute-shop.service');
  await project.succeed('boot', 'install');
  verifyUnits(['--user'], [unit], project);
  const [, start = ''] = /^ExecStart=(.*)$/m.exec(readFileSync(unit, 'utf8')) ?? [];
  assert.match(start, new RegExp(`^\\S+/node ${project.executable} --file ${project.file} up$`));
  assert.equal(await project.succeed('boot', 'status'), `starts at boot: ${unit}\n`);
  await project.succeed('boot', 'remove');
  assert.equal(existsSync(unit), false);
  assert.match((await project.run('boot', 'status')).stdout, /does not start at boot/);
  const system = project.write(await project.succeed('boot', 'install', '--system', '--dry-run'), 'omniroute-shop.service');
  verifyUnits(['--system'], [system], project);
});

strangerTest('a project goes to every other engine', async (project) => {
  project.write(SERVER, 'server.mjs');
  project.write('services: {db: {command: [node, server.mjs], ports: {http: 5432}}, web: {command: [node, server.mjs], depends_on: [db]}}');
  for (const engine of ['compose', 'kubernetes', 'nomad', 'systemd']) {
    await project.succeed('export', engine);
    const folder = join(project.dir, 'deploy', engine);
    const files = readdirSync(folder);
    if (engine === 'systemd')
      verifyUnits(
        ['--user'],
        files.filter((file) => /\.(service|target)$/.test(file)).map((file) => join(folder, file)),
        project,
      );
    else assert.ok(files.includes('Dockerfile'), files.join());
    for (const file of files.filter((each) => /\.ya?ml$/.test(each)))
      for (const document of parseAllDocuments(readFileSync(join(folder, file), 'utf8'))) assert.deepEqual(document.errors, []);
    assert.match(files.map((file) => readFileSync(join(folder, file), 'utf8')).join(''), /server\.mjs/);
  }
});

strangerTest('an agent speaks to mcp, by the SDK and in bare JSON', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  await project.succeed('up', '-d');
  await project.puppet('server').nextRun();
  const client = new Client({ name: 'test', version: '1' });
  const transport = new StdioClientTransport({ command: project.executable as string, args: ['mcp'], cwd: project.dir, env: project.env });
  await within(() => 'the server to answer', client.connect(transport));
  try {
    const { content } = await within(() => 'the list', client.callTool({ name: 'list', arguments: {} }));
    assert.match(JSON.stringify(content), /server/);
  } finally {
    await client.close();
  }
  const said = [{ id: 2, method: 'tools/call', params: { name: 'why', arguments: { service: 'server' } } }];
  const answers = askInBareJson(project, said);
  assert.deepEqual(
    answers.map(({ id }) => id),
    [1, 2],
  );
  assert.match(JSON.stringify(answers[1]?.result), /server is ready/);
});

strangerTest('a program of the folder uses the library', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  const told = await runProgram(
    project,
    `import { connect, loadProject, startSupervisor } from 'omniroute';
    const { spec } = await loadProject();
    const supervisor = await startSupervisor();
    const [{ name, state }] = await (await connect()).wait();
    console.log(JSON.stringify([Object.keys(spec.services), name, state]));
    await supervisor.down();`,
  );
  assert.deepEqual(told, [[['server'], 'server', 'ready']]);
});

strangerTest('who is to be told of a failure is told, by webhook and by a command', async (project, context) => {
  const receiver = await openHookReceiver();
  context.after(() => receiver.close());
  project.write(
    `notifications: [{webhook: {url: "${receiver.url}"}}, {command: puppet pager}]\nservices: {web: {command: puppet web, restart: never, readiness: {log: {match: up}}}}`,
  );
  const up = project.start('up', '-d');
  await (await project.puppet('web').nextRun()).exit(3);
  assert.equal((await up.finished()).code, 1);
  const { body } = await receiver.request(1);
  assert.deepEqual([body['event'], body['service']], ['failed', 'web']);
  await (await project.puppet('pager').nextRun()).exit(0);
});

strangerTest('a shell completes the commands, and the services of this folder', async (project) => {
  project.write('services: {server: {command: puppet server}}');
  const env = { ...project.env, PATH: `${join(project.dir, 'node_modules/.bin')}:${project.env['PATH']}` };
  for (const shell of ['zsh', 'fish']) assert.match(await project.succeed('completion', shell), /omniroute/);
  const complete = (line: string): string[] => {
    const script = `source <(omniroute completion bash); COMP_WORDS=(${line} ''); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _omniroute; echo "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', script], { cwd: project.dir, env, encoding: 'utf8' }).trim().split(' ');
  };
  assert.ok(complete('omniroute').includes('restart'));
  assert.deepEqual(complete('omniroute restart'), ['server']);
});

/** What systemd says of a good unit is nothing. */
function verifyUnits(scope: readonly string[], units: readonly string[], { env, dir }: Project): void {
  if (spawnSync('systemd-analyze', ['--version']).status !== 0) return;
  assert.ok(units.length > 0);
  const { status, stdout, stderr } = spawnSync('systemd-analyze', [...scope, 'verify', ...units], { cwd: dir, env, encoding: 'utf8' });
  assert.deepEqual([status, stdout, stderr], [0, '', '']);
}
