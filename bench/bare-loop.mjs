// The yardstick: the least that a supervisor in Node does. Spawns with pipes, restarts what ends, stops on SIGTERM, follows its file.
import { spawn } from 'node:child_process';
import { createWriteStream, readFileSync, watch } from 'node:fs';

const [file] = process.argv.slice(2);
const children = new Map();
let stopping = false;
let services = read();

function read() {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function start({ name, command, log }) {
  const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  children.set(name, child);
  if (log === null) child.stdout.resume();
  else child.stdout.pipe(createWriteStream(log));
  child.stderr.resume();
  child.once('exit', () => {
    children.delete(name);
    if (!stopping) start(services.find((service) => service.name === name));
    else if (children.size === 0) process.exit(0);
  });
}

for (const service of services) start(service);

process.once('SIGTERM', () => {
  stopping = true;
  for (const child of children.values()) child.kill('SIGTERM');
});

watch(file, () => {
  const before = new Map(services.map((service) => [service.name, JSON.stringify(service)]));
  try {
    services = read();
  } catch {
    // Half written: the rest is the next event.
    return;
  }
  for (const service of services) if (before.get(service.name) !== JSON.stringify(service)) children.get(service.name)?.kill('SIGTERM');
});
