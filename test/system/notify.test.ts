// Services that announce themselves.
import assert from 'node:assert/strict';
import { projectTest } from '../rig/project.ts';

const NODE_FD = `const { writeSync, existsSync } = require('node:fs');
const fd = Number(process.env.NOTIFY_FD);
const ping = () => existsSync('silent') || writeSync(fd, '\\n');
const go = () => existsSync('go') ? (console.log('fd', fd, process.env.WATCHDOG_USEC), setInterval(ping, 50), ping()) : setTimeout(go, 10);
go();
`;

projectTest('notify: fd — ready with the newline, restarted when the watchdog hears no more', async (project) => {
  project.write(NODE_FD, 'server.cjs');
  project.write('services: {server: {command: [node, server.cjs], readiness: {notify: fd}, watchdog: 2s}}\n');
  const up = project.start('up', '-d');
  await project.event('server', 'starting');
  assert.equal((await project.service('server')).why, 'waits for its own word');
  project.write('', 'go');
  assert.equal((await up.finished()).code, 0);
  assert.match(await project.succeed('logs', 'server'), /fd 3 2000000/);
  project.write('', 'silent');
  const { text } = await project.event('server', 'crashed');
  assert.match(text, /silent for 2s \(watchdog\)/);
});

projectTest('notify: fd — a run that was restarted is heard as the one before it was', async (project) => {
  project.write(NODE_FD, 'server.cjs');
  project.write('', 'go');
  project.write('services: {server: {command: [node, server.cjs], readiness: {notify: fd}, watchdog: 5s}}\n');
  await project.succeed('up', '-d');
  for (const run of [2, 3, 4]) {
    await project.succeed('restart', 'server');
    assert.equal((await project.service('server')).run, run);
  }
  assert.deepEqual(project.entries('server', 'crashed'), []);
});

projectTest('notify: fd — the run is heard by the omniroute that takes over', async (project) => {
  project.write(NODE_FD, 'server.cjs');
  project.write('', 'go');
  project.write('services: {server: {command: [node, server.cjs], readiness: {notify: fd}, watchdog: 2s}}\n');
  await project.succeed('up', '-d');
  process.kill((await project.snapshot()).pid, 'SIGKILL');
  await project.succeed('up', '-d');
  await project.event('server', 'adopted');
  project.write('', 'silent');
  assert.match((await project.event('server', 'crashed')).text, /silent for 2s/);
});

// As programs written for systemd do it, with the shell's means: perl speaks to the socket.
const SD_NOTIFY = `use Socket; $| = 1;
sub tell_it { socket(my $s, PF_UNIX, SOCK_DGRAM, 0); send($s, $_[0], 0, sockaddr_un($ENV{NOTIFY_SOCKET})) or die "send: $!"; }
select(undef, undef, undef, 0.01) until -e 'go';
tell_it("STATUS=warming up\\nREADY=1");
until (-e 'stuck') { select(undef, undef, undef, 0.05); tell_it("WATCHDOG=1"); }
tell_it("WATCHDOG=trigger"); sleep 60;
`;

projectTest('notify: systemd — READY=1, WATCHDOG=1 and WATCHDOG=trigger mean what they mean there', async (project) => {
  project.write(SD_NOTIFY, 'server.pl');
  project.write('services: {server: {command: [perl, server.pl], readiness: {notify: systemd}, watchdog: 5s}}\n');
  const up = project.start('up', '-d');
  await project.event('server', 'starting');
  assert.equal((await project.service('server')).state, 'starting');
  project.write('', 'go');
  assert.equal((await up.finished()).code, 0);
  project.write('', 'stuck');
  assert.match((await project.event('server', 'crashed')).text, /it says itself that it is stuck/);
});

projectTest('notify: systemd without a program that can receive is refused with a reason', async (project) => {
  project.env['PATH'] = `${project.root}/bin`;
  project.write('services: {server: {command: [node, server.cjs], readiness: {notify: systemd}}}\n');
  const stderr = await project.fail(78, 'up', '-d');
  assert.match(stderr, /missing-executable: `notify: systemd` needs perl or python3 to receive what the service says/);
});

projectTest('what is said to omniroute by its own supervisor is not said to services', async (project) => {
  project.env['NOTIFY_SOCKET'] = '/run/systemd/notify';
  project.env['LISTEN_FDS'] = '3';
  project.write('services: {server: {command: puppet server}}\n');
  await project.succeed('up', '-d');
  const { env } = (await project.puppet('server').nextRun()).hello;
  assert.deepEqual([env['NOTIFY_SOCKET'], env['LISTEN_FDS']], [undefined, undefined]);
});
