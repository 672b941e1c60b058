// In a real terminal: what a person sees, types, and finds when the window is closed.
import assert from 'node:assert/strict';
import { endedBy, terminalTest } from '../rig/terminal-test.ts';

const TWO = 'services: {server: {command: puppet server}, proxy: {command: puppet proxy, depends_on: [server]}}';

terminalTest('up shows what services print, in colours, and Ctrl-C gives the shell back', async (project, terminal) => {
  project.write(TWO);
  terminal.type('$OMNIROUTE up');
  const server = await project.puppet('server').nextRun();
  await project.puppet('proxy').nextRun();
  await server.print('hello from the server\n');
  await terminal.shows(/server +│ hello from the server/);
  assert.match(terminal.screen('-e'), /\u001b\[3\dm/, 'names are coloured');
  terminal.press('C-c');
  await endedBy(terminal, 130);
  assert.ok(!server.alive);
  const stopped = project.entries('proxy', 'stopped').concat(project.entries('server', 'stopped'));
  assert.deepEqual(
    stopped.map(({ service }) => service),
    ['proxy', 'server'],
  );
});

terminalTest('a second Ctrl-C kills what does not want to go', async (project, terminal) => {
  project.write('services: {server: {command: puppet server, stop: {grace_period: 1h}}}');
  terminal.type('$OMNIROUTE up');
  const server = await project.puppet('server').nextRun();
  await server.trap('SIGTERM');
  terminal.press('C-c');
  await server.trapped('SIGTERM');
  await terminal.shows(/once more to kill/);
  terminal.press('C-c');
  await endedBy(terminal, 130);
  assert.ok(!server.alive);
});

terminalTest('closing the window takes a project in the foreground down, in order', async (project, terminal) => {
  project.write(TWO);
  terminal.type('$OMNIROUTE up');
  const server = await project.puppet('server').nextRun();
  const proxy = await project.puppet('proxy').nextRun();
  await terminal.shows(/proxy/);
  terminal.close();
  await Promise.all([server.ended, proxy.ended]);
  await project.event(null, 'supervisor-stopped');
});

terminalTest('closing the window leaves a detached project alone', async (project, terminal) => {
  project.write(TWO);
  terminal.type('$OMNIROUTE up -d && echo "it is up"');
  const server = await project.puppet('server').nextRun();
  await terminal.shows(/\nit is up/);
  terminal.close();
  assert.equal((await project.service('server')).pid, server.pid);
});

terminalTest('up -d shows what it waits for while it waits', async (project, terminal) => {
  project.write(
    'services: {server: {command: puppet server, readiness: {log: {match: go}}}, web: {command: puppet web, depends_on: [server]}}',
  );
  terminal.type('$OMNIROUTE up -d; echo "it ended with $?"');
  const server = await project.puppet('server').nextRun();
  await terminal.shows(/server[^\n]*waits for a line matching "go"/);
  await server.print('go\n');
  await terminal.shows(/it ended with 0/);
});

terminalTest('ps -w goes with the services and with the window, and leaves the terminal as it was', async (project, terminal) => {
  project.write(TWO);
  await project.succeed('up', '-d');
  terminal.type('$OMNIROUTE ps -w');
  await terminal.shows(/server +ready/);
  await project.succeed('stop', 'proxy');
  await terminal.shows(/proxy +stopped/);
  terminal.resize(60, 10);
  await project.succeed('start', 'proxy');
  const screen = await terminal.shows(/proxy +ready/);
  assert.equal(screen.match(/SERVICE/g)?.length, 1, screen);
  assert.ok(
    screen.split('\n').every((line) => line.length <= 60),
    screen,
  );
  terminal.press('C-c');
  terminal.type('echo "typed $((20 + 22))"');
  await terminal.shows(/typed 42/);
});

terminalTest('what services print cannot act on the terminal', async (project, terminal) => {
  project.write('services: {server: {command: puppet server}}');
  terminal.type('$OMNIROUTE up');
  const server = await project.puppet('server').nextRun();
  await server.print('before\n\u001b[2J\u001b[H\u001b]0;title\u0007after\n');
  const screen = await terminal.shows(/after/);
  assert.match(screen, /before/, 'the screen was not cleared');
});

terminalTest(
  'saving the file in vim restarts only what was changed',
  async (project, terminal) => {
    project.write('services:\n  changed: {command: puppet changed, env: {VALUE: "one"}}\n  untouched: {command: puppet untouched}\n');
    await project.succeed('up', '-d');
    await project.puppet('changed').nextRun();
    const untouched = await project.puppet('untouched').nextRun();
    terminal.type('vim -u NONE omniroute.yaml');
    await terminal.shows(/services:/);
    terminal.type(':%s/one/two/');
    terminal.type(':wq');
    const second = await project.puppet('changed').nextRun();
    assert.equal(second.hello.env['VALUE'], 'two');
    assert.equal((await project.service('untouched')).pid, untouched.pid);
    assert.equal(project.entries(null, 'reloaded').length, 1);
  },
  'vim',
);
