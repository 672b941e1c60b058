// Who is measured. A contestant starts the services it is given (`start` → the supervisor's process), stops them, and says where it logs.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { within } from './within.mjs';

const BARE_LOOP = fileURLToPath(new URL('bare-loop.mjs', import.meta.url));
const BUILT = fileURLToPath(new URL('../dist/bin/omniroute.js', import.meta.url));
/** Restarts at once, however often: what is measured is the way from one process to the next, not a policy. */
const RESTART = {
  backoff: { first: '0s', initial: '1ms', max: '1ms', jitter: 0 },
  stable_after: '1ms',
  max_attempts: 'unlimited',
  max_crashes: 'unlimited',
};
const LOGS = { max_size: '1GiB', keep: 0 };

const bare = {
  name: 'bare',
  version: [process.execPath, '-e', '0'],
  ask: () => [process.execPath, '-e', '0'],
  followsItsFile: true,
  write(stage, services) {
    writeFileSync(join(stage.folder, 'bare.json'), JSON.stringify(services));
  },
  async start(stage, services) {
    this.write(stage, services);
    return stage.spawn([process.execPath, BARE_LOOP, join(stage.folder, 'bare.json')]).pid;
  },
  async stop(_stage, pid) {
    process.kill(pid, 'SIGTERM');
  },
  logOf: (_stage, service) => service.log,
};

function omniroute(name, bin, contain = 'auto') {
  const cli = (...args) => [process.execPath, bin, ...args];
  return {
    name,
    version: cli('--version'),
    ask: (stage) => cli('ps', '-f', fileOf(stage)),
    followsItsFile: true,
    // As people write it, and saved by rename as most editors do.
    write(stage, services) {
      const entries = services.map(({ name: service, command, sockets, strategy }) => [
        service,
        { command, ...(sockets && { sockets }), ...(strategy && { restart: { strategy } }) },
      ]);
      const file = { version: 1, contain, logs: LOGS, defaults: { restart: RESTART }, services: Object.fromEntries(entries) };
      writeFileSync(`${fileOf(stage)}.new`, stringify(file));
      renameSync(`${fileOf(stage)}.new`, fileOf(stage));
    },
    async start(stage, services) {
      this.write(stage, services);
      // Where lines are counted in millions nobody reads along.
      const unseen = services.some(({ log }) => log !== null) ? ['--no-log'] : [];
      return stage.spawn(cli('up', '-f', fileOf(stage), ...unseen)).pid;
    },
    holdsSockets: true,
    takesOver: true,
    contains: true,
    containing: (other) => omniroute(name, bin, other),
    async startAgain(stage) {
      await stage.time(cli('up', '-d', '-f', fileOf(stage)));
    },
    eventsOf: (stage) =>
      readFileSync(join(stage.folder, '.omniroute', 'supervisor', 'events'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    async restart(stage, service) {
      await stage.time(cli('restart', service, '-f', fileOf(stage)));
    },
    async stop(stage) {
      await stage.time(cli('down', '-f', fileOf(stage)));
    },
    logOf: (stage, service) => join(stage.folder, '.omniroute', service.name, 'log'),
  };
}

function fileOf(stage) {
  return join(stage.folder, 'omniroute.yaml');
}

function pm2(bin) {
  const cli = (...args) => [bin, ...args];
  const home = (stage) => ({ PM2_HOME: join(stage.folder, 'pm2') });
  return {
    name: 'pm2',
    version: cli('--version'),
    ask: () => cli('ls'),
    env: home,
    followsItsFile: false,
    write(stage, services) {
      const apps = services.map(({ name, command: [script, ...args] }) => ({ name, script, args, interpreter: 'none' }));
      writeFileSync(join(stage.folder, 'pm2.json'), JSON.stringify({ apps }));
    },
    async start(stage, services) {
      this.write(stage, services);
      const { code } = await within('pm2 start', stage.spawn(cli('start', 'pm2.json'), home(stage)).exited);
      if (code !== 0) throw new Error(`pm2 start ended with ${code}`);
      return Number(readFileSync(join(stage.folder, 'pm2', 'pm2.pid'), 'utf8'));
    },
    async stop(stage) {
      await stage.time(cli('kill'), home(stage));
    },
    logOf: (stage, service) => join(stage.folder, 'pm2', 'logs', `${service.name}-out.log`),
  };
}

/** The bare loop, omniroute as built (or `OMNIROUTE_BIN`), an earlier build to compare with (`OMNIROUTE_BENCH_BEFORE`), and pm2 where it is. */
export function findContestants(env) {
  const before = env.OMNIROUTE_BENCH_BEFORE ? [omniroute('before', resolve(env.OMNIROUTE_BENCH_BEFORE))] : [];
  const pm2Path = env.OMNIROUTE_BENCH_PM2 ?? findOnPath('pm2', env.PATH ?? '');
  return [bare, omniroute('omniroute', resolve(env.OMNIROUTE_BIN ?? BUILT)), ...before, ...(pm2Path ? [pm2(resolve(pm2Path))] : [])];
}

function findOnPath(program, path) {
  return path
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find(existsSync);
}
