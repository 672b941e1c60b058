// `node scripts/record.mjs`: plays a session of the built omniroute in tmux and writes what a terminal showed to docs/media: a recording
// (asciicast v2, for asciinema), pictures of the screen (SVG) and of the dashboard. Nothing is touched up.
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { photographDashboard } from './photograph.mjs';
import { renderScreen } from './screen-svg.mjs';

const SELF = fileURLToPath(import.meta.url);
const COLUMNS = 100;
const ROWS = 26;
const MEDIA = resolve('docs/media');
const SOCKET = `omniroute-record-${process.pid}`;

if (process.argv[2] === '--stamp') await stamp(process.argv[3]);
else await record();

/** What the pane prints, each piece with the time since the first. */
async function stamp(file) {
  const begunAt = performance.now();
  for await (const chunk of process.stdin)
    appendFileSync(file, `${JSON.stringify([(performance.now() - begunAt) / 1000, 'o', chunk.toString('utf8')])}\n`);
}

async function record() {
  const dir = mkdtempSync(join(tmpdir(), 'record-'));
  try {
    makeProject(dir);
    mkdirSync(MEDIA, { recursive: true });
    const cast = join(MEDIA, 'session.cast');
    writeFileSync(cast, `${JSON.stringify({ version: 2, width: COLUMNS, height: ROWS, title: 'omniroute' })}\n`);
    const shell = `env -i PATH='${join(dir, 'bin')}:/usr/bin:/bin' HOME='${dir}' LANG=C.UTF-8 TERM=xterm-256color PS1='$ ' bash --norc --noprofile`;
    tmux('new-session', '-d', '-s', 'record', '-x', String(COLUMNS), '-y', String(ROWS), '-c', join(dir, 'shop'), shell);
    await screen((text) => text.includes('$'));
    tmux('pipe-pane', '-t', 'record', `'${process.execPath}' '${SELF}' --stamp '${cast}'`);
    await play(join(dir, 'shop'));
  } finally {
    spawnSync('tmux', ['-L', SOCKET, 'kill-server']);
    spawnSync(process.execPath, [resolve('dist/bin/omniroute.js'), '-q', 'down', '--force'], { cwd: join(dir, 'shop') });
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The project of the tutorial, and a program named omniroute. */
function makeProject(dir) {
  mkdirSync(join(dir, 'shop'));
  mkdirSync(join(dir, 'bin'));
  symlinkSync(process.execPath, join(dir, 'bin', 'node'));
  writeFileSync(join(dir, 'bin', 'omniroute'), `#!/bin/sh\nexec node '${resolve('dist/bin/omniroute.js')}' "$@"\n`, { mode: 0o755 });
  const blocks = readFileSync('docs/tutorial.md', 'utf8').matchAll(/^```(?:js|yaml)\n(?:\/\/|#) (\S+)\n(.*?)^```$/gms);
  for (const [, name, text] of blocks) if (name === 'server.js') writeFileSync(join(dir, 'shop', name), text);
  writeFileSync(
    join(dir, 'shop', 'omniroute.yaml'),
    `services:
  web:
    command: [node, server.js]
    ports: { http: 18080 }
    readiness: { http: { url: "http://127.0.0.1:18080/health" } }
    memory: { hard: 256MiB }
  worker: { command: [sh, -c, 'while :; do echo "nothing to do"; sleep 1; done'], depends_on: [web] }
  backup: { type: job, command: [echo, saved], schedule: "0 2 * * *" }
`,
  );
}

async function play(dir) {
  await say('omniroute up -d', /ready/);
  await say('omniroute ps', /next run/);
  await say('curl -s http://127.0.0.1:18080/crash', /\$ $/);
  await say('omniroute why web', /you asked for it/);
  picture('why');
  await say('clear; sed -i s/memory/memmory/ omniroute.yaml; omniroute reload', /did you mean/);
  picture('refused');
  await say('sed -i s/memmory/memory/ omniroute.yaml', /\$ $/);
  await say('clear; omniroute top', /selects?/);
  await sleep(3_000);
  picture('top');
  tmux('send-keys', '-t', 'record', 'q');
  await screen((text) => /\$ $/.test(`${text.trimEnd()} `));
  await photographDashboard(dir, join(MEDIA, 'dashboard.png'));
  await say('clear; omniroute down', /nothing left/);
}

/** Types a line as a person does, and waits for what it is to bring about. */
async function say(line, expected) {
  await sleep(600);
  for (const letter of line) {
    // To tmux a semicolon ends a command.
    tmux('send-keys', '-t', 'record', '-l', letter === ';' ? '\\;' : letter);
    await sleep(25);
  }
  const before = readScreen();
  tmux('send-keys', '-t', 'record', 'Enter');
  await screen((text) => text !== before && expected.test(`${text.trimEnd()} `));
  await sleep(900);
}

async function screen(isThere) {
  for (let looks = 0; looks < 600; looks++) {
    if (isThere(readScreen())) return;
    await sleep(50);
  }
  throw new Error(`the terminal never came to show it; it shows:\n${readScreen()}`);
}

function readScreen() {
  return tmux('capture-pane', '-p', '-t', 'record');
}

function picture(name) {
  writeFileSync(
    join(MEDIA, `${name}.svg`),
    renderScreen(tmux('capture-pane', '-p', '-e', '-t', 'record'), { columns: COLUMNS, title: `A terminal: ${name}` }),
  );
}

function tmux(...args) {
  return execFileSync('tmux', ['-L', SOCKET, '-f', '/dev/null', ...args], { encoding: 'utf8' });
}
