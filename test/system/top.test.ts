// The view on the whole terminal, in a real one: what a person sees and types, and what is left when they leave.
import assert from 'node:assert/strict';
import type { Project } from '../rig/project.ts';
import { projectTest } from '../rig/project.ts';
import type { Terminal } from '../rig/terminal.ts';
import { endedBy, terminalTest } from '../rig/terminal-test.ts';
import { eventually } from '../rig/within.ts';

const TWO = 'name: shop\nservices: {server: {command: puppet server}, proxy: {command: puppet proxy, depends_on: [server]}}';
const GIVEN_BACK = { alternate: false, cursor: true };

/** Up, and the view open. */
async function openTop(project: Project, terminal: Terminal, { file = TWO, command = '$OMNIROUTE top' } = {}) {
  project.write(file);
  await project.succeed('up', '-d');
  const server = await project.puppet('server').nextRun();
  terminal.type(command);
  await terminal.shows(/▸ server +ready/);
  return server;
}

/** The pane below the list, without the last line. */
function pane(screen: string): string {
  return screen.slice(screen.indexOf('── '), screen.lastIndexOf('↑↓'));
}

terminalTest(
  'the list shows every service, and a crash the moment it happens, with the last words and the reason',
  async (project, terminal) => {
    const server = await openTop(project, terminal, {
      file: 'name: shop\nservices: {server: {command: puppet server, restart: {backoff: {first: 1h, max: 1h}}, memory: {hard: 1GiB}}, spare: {command: puppet spare}}\nprofiles: {p: [spare]}',
    });
    const screen = await terminal.shows(/ \d+ \/ 1024 M/);
    assert.match(screen, /^shop +1 ready, 1 stopped/);
    assert.match(screen, new RegExp(`▸ server +ready +${server.pid} .*[█▏▎▍▌▋▊▉]░+ \\d+ / 1024 M`));
    assert.match(screen, /\n {2}spare +stopped/);
    await server.print('the database is gone\n', 'stderr');
    await server.exit(3);
    const crashed = await terminal.shows(
      /▸ server +backoff \d+m[^]*server {4}│!the database is gone[^]*omniroute │ server crashed: exit 3/,
    );
    assert.match(crashed, /\n {2}server backoff for \d+s: exit 3: "the database is gone"/);
    terminal.press('w');
    await terminal.shows(/── why server[^]*server is backoff[^]*← [\d:.]+ +starting/);
  },
);

terminalTest(
  'logs come as they are printed, of all or of one; of their escapes only colours pass, wide characters and a line of a megabyte fit',
  async (project, terminal) => {
    const server = await openTop(project, terminal);
    const proxy = await project.puppet('proxy').nextRun();
    await server.print('before\n\u001b[2J\u001b[H\u001b]0;title\u0007after \u001b[35mviolet\u001b[0m\n');
    await proxy.print(`${'日本🎉'.repeat(200_000)}\n`);
    await proxy.print('one more\n');
    const screen = await terminal.shows(/proxy +│ one more/);
    assert.match(screen, /▸ server +ready[^]*server +│ before\n +server +│ after violet/, 'the screen was not cleared');
    assert.match(terminal.screen('-e'), /after \u001b\[35mviolet/);
    assert.match(screen, /proxy +│ (日本🎉)+日?本?…\n/);
    terminal.press('Enter');
    const alone = await terminal.shows(/── logs of server/);
    assert.match(pane(alone), /before/);
    assert.doesNotMatch(pane(alone), /one more/);
    terminal.press('j');
    assert.match(pane(await terminal.shows(/── logs of proxy/)), /one more/);
  },
);

terminalTest(
  'a filter leaves the lines that have it, a search goes from match to match, and holds still while more is printed',
  async (project, terminal) => {
    const server = await openTop(project, terminal);
    await server.print(Array.from({ length: 100 }, (_, n) => `line ${n}${n % 50 === 7 ? ' with a needle' : ''}\n`).join(''));
    await terminal.shows(/line 99/);
    terminal.press('/');
    terminal.type('needle');
    assert.doesNotMatch(await terminal.shows(/▸server +│ line 57 with a needle/), /line 99/);
    assert.match(terminal.screen('-e'), /\u001b\[7mneedle/);
    terminal.press('n');
    await terminal.shows(/▸server +│ line 7 with a needle/);
    await server.print('line 100\n');
    await terminal.shows(/held, \d+ newer/);
    assert.match(terminal.screen(), /line 7 with/);
    terminal.press('End');
    await terminal.shows(/following[^]*line 100/);
    terminal.press('f');
    terminal.type('needle');
    const filtered = await terminal.shows(/only "needle"[^]*line 7 with a needle\n[^]*line 57 with a needle\n/);
    assert.doesNotMatch(filtered, /line 8/);
  },
);

terminalTest('r restarts the selected service, x stops it once that was confirmed, s starts it again', async (project, terminal) => {
  const server = await openTop(project, terminal);
  terminal.press('r');
  const second = await project.puppet('server').nextRun();
  assert.ok(!server.alive);
  await terminal.shows(new RegExp(`▸ server +ready +${second.pid}`));
  terminal.press('x');
  await terminal.shows(/stop server\?/);
  terminal.press('n');
  await terminal.shows(/↑↓ select/);
  assert.ok(second.alive);
  terminal.press('x');
  await terminal.shows(/stop server\?/);
  terminal.press('y');
  await terminal.shows(/▸ server +stopped/);
  await second.ended;
  const ordered = [await project.event('server', 'stopping'), await project.event('server', 'stopping', 2)];
  for (const { text, cause } of ordered) assert.deepEqual(cause, { type: 'user', actor: 'top' }, text);
  assert.equal((await project.service('server')).why, 'asked by top');
  terminal.press('s');
  await terminal.shows(/▸ server +ready/);
  assert.equal((await project.puppet('server').nextRun()).run, 3);
});

terminalTest('pasted text is no key: nothing is stopped or restarted by it', async (project, terminal) => {
  const server = await openTop(project, terminal);
  terminal.paste('rxy q');
  terminal.press('?');
  await terminal.shows(/── keys/);
  assert.ok(server.alive);
  assert.equal((await project.service('server')).pid, server.pid);
});

for (const key of ['q', 'C-c']) {
  terminalTest(`${key} gives the terminal back as it was, and ends nothing`, async (project, terminal) => {
    terminal.type('echo "this was here before"');
    const server = await openTop(project, terminal);
    assert.deepEqual(terminal.state(), { alternate: true, cursor: false });
    terminal.press(key);
    const screen = await terminal.shows(/shop runs on/);
    assert.match(screen, /this was here before/);
    assert.deepEqual(terminal.state(), GIVEN_BACK);
    await endedBy(terminal, 0);
    assert.equal((await project.service('server')).pid, server.pid);
  });
}

terminalTest('Ctrl-Z gives the terminal to the shell, fg takes it again', async (project, terminal) => {
  const server = await openTop(project, terminal);
  terminal.press('C-z');
  await terminal.shows(/Stopped[^]*ready>/);
  assert.deepEqual(terminal.state(), GIVEN_BACK);
  await server.print('printed meanwhile\n');
  terminal.type('fg');
  await terminal.shows(/▸ server +ready[^]*printed meanwhile/);
  terminal.press('q');
  await terminal.shows(/shop runs on/);
});

/** The shell writes its pid and becomes the view. */
const WITH_PID = (given = '') => `sh -c 'echo $$ > top.pid; exec ${given} $OMNIROUTE top'`;

terminalTest('ended by a signal it gives the terminal back, and the shell sees the signal', async (project, terminal) => {
  await openTop(project, terminal, { command: WITH_PID() });
  process.kill(Number(project.read('top.pid')), 'SIGTERM');
  await endedBy(terminal, 143);
  assert.deepEqual(terminal.state(), GIVEN_BACK);
});

terminalTest('closing the window ends the view, and nothing else', async (project, terminal) => {
  const server = await openTop(project, terminal);
  const isView = ({ command }: { readonly command: string }) => command.endsWith('omniroute.js top');
  assert.equal(project.leftovers().filter(isView).length, 1);
  terminal.close();
  await eventually(
    () => 'the end of the view',
    () => (project.leftovers().some(isView) ? null : true),
  );
  assert.equal((await project.service('server')).pid, server.pid);
});

terminalTest('even when it crashes it gives the terminal back, and the crash can be read', async (project, terminal) => {
  project.write('process.on("SIGUSR2", () => { throw new Error("a bug"); });\n', 'bug.cjs');
  await openTop(project, terminal, { command: WITH_PID('env NODE_OPTIONS=--require=./bug.cjs') });
  process.kill(Number(project.read('top.pid')), 'SIGUSR2');
  await terminal.shows(/Error: a bug/);
  assert.deepEqual(terminal.state(), GIVEN_BACK);
  terminal.type('echo "typed $((20 + 22))"');
  await terminal.shows(/typed 42/);
});

/** From the first line to the last, and as wide as the line between list and logs. */
function fills(screen: string, columns: number, rows: number): boolean {
  const lines = screen.split('\n');
  const isWide = lines.some((line) => line.startsWith('── logs') && line.length === columns);
  return isWide && /^shop/.test(lines[0] ?? '') && /▸ server/.test(screen) && /^↑↓ select/.test(lines[rows - 1] ?? '');
}

terminalTest('it fits every size of the window, as small as it gets', async (project, terminal) => {
  const server = await openTop(project, terminal);
  await server.print(`${'wide '.repeat(100)}\n`);
  for (const [columns, rows] of [
    [120, 40],
    [40, 9],
    [31, 8],
  ] as const) {
    terminal.resize(columns, rows);
    await eventually(
      () => `the view in ${columns} × ${rows}:\n${terminal.screen()}`,
      () => (fills(terminal.screen(), columns, rows) ? true : null),
    );
  }
  terminal.resize(10, 3);
  await terminal.shows(/^too small/);
  terminal.resize(80, 24);
  await terminal.shows(/▸ server +ready/);
});

terminalTest('NO_COLOR leaves no colour, not even of what services print', async (project, terminal) => {
  const server = await openTop(project, terminal, { command: 'NO_COLOR=1 $OMNIROUTE top' });
  await server.print('\u001b[31mred\u001b[0m\n');
  await terminal.shows(/│ red/);
  assert.doesNotMatch(terminal.screen('-e'), /\u001b\[(3[0-7]|9\d|1|2)m/);
});

terminalTest('a terminal that cannot be redrawn gets the services line by line', async (project, terminal) => {
  project.write(TWO);
  await project.succeed('up', '-d');
  terminal.type('TERM=dumb $OMNIROUTE top');
  await terminal.shows(/line by line[^]*SERVICE[^]*server +ready/);
  assert.deepEqual(terminal.state(), GIVEN_BACK);
  await project.succeed('stop', 'proxy');
  await terminal.shows(/proxy +ready[^]*proxy +stopped/);
  terminal.press('C-c');
});

projectTest('without a terminal the services come line by line, and --tui says what to do instead, starting nothing', async (project) => {
  project.write(TWO);
  assert.match(await project.fail(2, 'up', '--tui'), /--tui needs a keyboard[^]*omniroute up -d/);
  assert.match(await project.fail(2, 'up', '--tui', '-d'), /give one of them/);
  assert.match(await project.fail(3, 'top'), /shop is not running[^]*omniroute up -d/);
  await project.succeed('up', '-d');
  assert.match(await project.fail(5, 'top', 'sever'), /did you mean `server`/i);
  const top = project.start('top');
  await top.printed(/server +ready/);
  const json = project.start('top', '--json');
  await json.printed(/"proxy"/);
  for (const line of json.stdout.trim().split('\n')) assert.equal((JSON.parse(line) as { schema: number }).schema, 1);
  await project.succeed('down');
  assert.equal((await top.finished()).code, 0);
  assert.doesNotMatch(top.output, /\u001b/);
});

terminalTest(
  'a supervisor that dies is told with what can be done, logs go on, and the next one is found by itself',
  async (project, terminal) => {
    const server = await openTop(project, terminal);
    process.kill(Number(project.read('.omniroute/supervisor/.pid')), 'SIGKILL');
    await terminal.shows(/the omniroute of shop is gone, but 2 services of it still run[^]*`omniroute up` takes them over/);
    terminal.press('r');
    await terminal.shows(/restart server: no supervisor/);
    await project.succeed('up', '-d');
    await eventually(
      () => `the view without the message:\n${terminal.screen()}`,
      () => (/is gone/.test(terminal.screen()) ? null : true),
    );
    await server.print('still there\n');
    await terminal.shows(new RegExp(`▸ server +ready +${server.pid}[^]*still there`));
    await project.succeed('down');
    await terminal.shows(/shop is not running[^]*omniroute up -d/);
    terminal.press('q');
    await endedBy(terminal, 0);
  },
);

terminalTest(
  'up --tui runs the project in the background: leaving ends nothing, and a second one comes back to it',
  async (project, terminal) => {
    project.write(TWO);
    terminal.type('$OMNIROUTE up --tui');
    const server = await project.puppet('server').nextRun();
    await terminal.shows(/▸ server +ready/);
    terminal.press('q');
    await terminal.shows(/shop runs on/);
    assert.ok(server.alive);
    await project.succeed('stop', 'server');
    terminal.type('clear; $OMNIROUTE up --tui');
    const second = await project.puppet('server').nextRun();
    await terminal.shows(new RegExp(`▸ server +ready +${second.pid}`));
    terminal.press('q');
    await terminal.shows(/shop runs on/);
  },
);

terminalTest('up --tui of an invalid file shows its mistakes and no view', async (project, terminal) => {
  project.write('services: {server: {command: puppet server, prots: {}}}');
  terminal.type('$OMNIROUTE up --tui');
  await terminal.shows(/unknown-key[^]*the project file is invalid: 1 error/);
  assert.deepEqual(terminal.state(), GIVEN_BACK);
});
