// The README is what a stranger does first: every command in it is run, in its order, what it shows is compared, and every piece of
// YAML in it is loaded.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CleanCopy, type Ended } from '../rig/clean-copy.ts';
import { freePort } from '../rig/free-port.ts';
import { eventually } from '../rig/within.ts';

interface Block {
  readonly language: string;
  readonly text: string;
}

interface Command {
  readonly line: string;
  /** What the document shows below it. */
  readonly shown: string;
}

const blocks = blocksOf('README.md');
const commands = commandsOf(blocks);
const yaml = ['README.md', 'docs/tutorial.md', 'docs/how-to.md']
  .flatMap(blocksOf)
  .filter(({ language }) => language === 'yaml')
  .map(({ text }) => text);

function blocksOf(document: string): Block[] {
  const fences = readFileSync(document, 'utf8').matchAll(/^```(\w*)\n(.*?)^```$/gms);
  return Array.from(fences, ([, language = '', text = '']) => ({ language, text }));
}

/** In `sh` each line is a command, and one that ends with a backslash goes on in the next; in `console`, those behind a `$`. */
function commandsOf(from: readonly Block[]): Command[] {
  return from.flatMap(({ language, text }) => {
    if (language === 'console') {
      const parts = text.split(/^\$ /m).slice(1);
      return parts.map((part) => ({ line: part.split('\n')[0] as string, shown: part.slice(part.indexOf('\n') + 1).trim() }));
    }
    const lines = language === 'sh' ? text.replace(/\s*\\\n\s*/g, ' ').split('\n') : [];
    return lines
      .map((line) => line.replace(/ {2,}#.*$/, '').trim())
      .filter((line) => line !== '')
      .map((line) => ({ line, shown: '' }));
  });
}

interface Stage {
  readonly copy: CleanCopy;
  readonly ports: { readonly server: number; readonly mitm: number };
  foreground: ReturnType<CleanCopy['begin']> | null;
}

type Play = (stage: Stage, command: string, shown: string) => Promise<void>;

/** A command of the README → how it is played. What is not here fails the test that walks through the README. */
const PLAYS: Readonly<Record<string, Play>> = {
  'omniroute up -d': async ({ copy, ports }, command) => {
    openWithFakes(copy, ports.server);
    assertDone(await copy.run('npm run --silent prepare'));
    assertDone(await inOpening(copy, command));
  },
  'omniroute ps': async ({ copy }, command, shown) => {
    const ended = await inOpening(copy, command);
    assertDone(ended);
    assert.deepEqual(tableOf(ended.output), tableOf(shown));
  },
  'omniroute reload': async ({ copy, ports }, command, shown) => {
    const file = join(copy.root, 'opening', 'omniroute.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('memory:', 'memmory:'));
    const { code, output } = await inOpening(copy, command);
    assert.equal(code, 78, output);
    assert.equal(output.trim().replace(`${ports.server}`, '20128'), shown);
    assertDone(await inOpening(copy, 'omniroute down'));
  },
  'npm install && npx omniroute up': async (stage, command) => {
    // Of `npm install`, what is left without a network is the build.
    stage.foreground = stage.copy.begin(command.replace('npm install', 'npm run --silent prepare'));
    await eventually(
      () => 'the default project to be ready',
      async () => ((await stage.copy.run('npx omniroute wait server mitm --for ready')).code === 0 ? true : null),
    );
  },
  'npx omniroute ps': printing(/^SERVICE +STATE +PID +UP +RESTARTS +CPU +MEM +PORTS +WHY\nserver +ready .*\nmitm +ready /m),
  'curl http://127.0.0.1:20128/api/monitoring/health': printing(/ok|healthy|status/),
  'curl -x http://127.0.0.1:8443 --cacert .omniroute/mitm/certs/ca.pem https://api.openai.com/v1/chat/completions -d \'{"messages":[{"role":"user","content":"hello"}]}\'':
    printing(/"choices"/),
  'kill -9 $(cat .omniroute/server/.pid)': printing(/^/),
  'npx omniroute why server': async ({ copy }, command) => {
    await eventually(
      () => 'the reason to be told',
      async () => (/killed by SIGKILL/.test((await copy.run(command)).output) ? true : null),
    );
  },
  'npx omniroute logs mitm': printing(/MITM ready on/),
  'curl --unix-socket .omniroute/supervisor/control.sock http://localhost/v1/services': printing(/"name":"server"/),
  'npx omniroute down': async (stage, command) => {
    assertDone(await stage.copy.run(command));
    assertDone((await stage.foreground?.ended) as Ended);
    stage.foreground = null;
  },
  // It is what runs this very test.
  'npm test': async () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    assert.equal(scripts['test'], 'node scripts/test.mjs');
  },
  'npm pack': async ({ copy }, command) => assertDone(await copy.run(command)),
  'npm install --global ./omniroute-*.tgz': async ({ copy }, command) => {
    assertDone(await copy.run(`${command} --offline --prefix ../global`));
    mkdirSync(join(copy.root, 'fresh'));
  },
  'omniroute init': async ({ copy }, command) => assertDone(await copy.run(`../global/bin/${command}`, join(copy.root, 'fresh'))),
  'omniroute up': async ({ copy }, command) => {
    const up = copy.begin(`exec ../global/bin/${command}`, join(copy.root, 'fresh'));
    await eventually(
      () => 'the example to be up',
      async () => ((await copy.run('../global/bin/omniroute wait clock --for ready', join(copy.root, 'fresh'))).code === 0 ? true : null),
    );
    up.interrupt();
    // Bash says 128 + SIGINT of what it has become.
    const { code, output } = await up.ended;
    assert.ok(code === null || code === 130, output);
  },
};

function printing(pattern: RegExp): Play {
  return async ({ copy, ports }, command) => {
    const ended = await copy.run(command.replace('20128', `${ports.server}`).replace('8443', `${ports.mitm}`));
    assertDone(ended);
    assert.match(ended.output, pattern);
  };
}

/** The folder that the README begins with: its first YAML, on a free port, with programs that play those of the user. */
function openWithFakes(copy: CleanCopy, port: number): void {
  const dir = join(copy.root, 'opening');
  const bin = join(dir, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(dir, 'omniroute.yaml'), (yaml[0] as string).replace('20128', `${port}`));
  const server = "require('node:http').createServer((_, answer) => answer.end()).listen(process.env.PORT, '127.0.0.1');\n";
  writeFileSync(join(dir, 'server.js'), server);
  const cloudflared = "#!/bin/sh\necho 'https://blue-cat.trycloudflare.com'\necho 'Registered tunnel connection'\nexec sleep 1000\n";
  writeFileSync(join(bin, 'cloudflared'), cloudflared, { mode: 0o755 });
  symlinkSync(join(copy.dir, 'dist', 'bin', 'omniroute.js'), join(bin, 'omniroute'));
}

function inOpening(copy: CleanCopy, command: string): Promise<Ended> {
  return copy.run(`PATH="$PWD/bin:$PATH" ${command}`, join(copy.root, 'opening'));
}

/** Cells of a table, with one word for whatever differs from time to time: numbers, and a dash in place of the first share of CPU. */
function tableOf(text: string): string[][] {
  const rows = text.trim().split('\n');
  return rows.map((row) =>
    row.split(/ {2,}/).map((cell, column) => (column === 5 ? cell.replace(/^\d.*%$|^-$/, 'CPU') : cell.replace(/^(\d+[dhms]?)+/, 'n'))),
  );
}

function assertDone({ code, output }: Ended): void {
  assert.equal(code, 0, output);
}

test('every command of the README does what it says, in its order, on a clean copy', async () => {
  const ports = { server: await freePort(), mitm: await freePort() };
  const copy = new CleanCopy({ GATEWAY_PORT: `${ports.server}`, MITM_PORT: `${ports.mitm}` });
  const stage: Stage = { copy, ports, foreground: null };
  try {
    for (const { line, shown } of commands) {
      const play = PLAYS[line];
      assert.ok(play, `nobody knows how to try \`${line}\``);
      await play(stage, line, shown);
    }
  } catch (error) {
    await copy.remove();
    throw error;
  }
  assert.deepEqual(await copy.remove(), [], 'nothing is left running');
});

test('every play is of a command that the README still has', () => {
  assert.deepEqual(
    Object.keys(PLAYS).filter((command) => !commands.some(({ line }) => line === command)),
    [],
  );
});

test('every command of CONTRIBUTING.md is of npm, of a script that there is, or of a file that bash understands', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const lines = commandsOf(blocksOf('CONTRIBUTING.md')).map(({ line }) => line);
  assert.ok(lines.length > 3);
  for (const line of lines) {
    const [, script, file] = /^(?:npm (?:install|test)|npm run ([\w-]+)|bash (\S+))$/.exec(line) ?? assert.fail(line);
    if (script !== undefined) assert.ok(script in scripts, line);
    if (file !== undefined) assert.equal(spawnSync('bash', ['-n', file]).status, 0, line);
  }
});

test('every YAML of the README, the tutorial and the how-tos is valid, whole files and pieces of a service alike', async () => {
  const copy = new CleanCopy({});
  try {
    assertDone(await copy.run('npm run --silent prepare'));
    assert.ok(yaml.length >= 3);
    for (const name of ['.env.secret', 'config.json', 'add-hosts-entry.sh', 'remove-hosts-entry.sh', 'backup.sh'])
      writeFileSync(join(copy.dir, name), '', { mode: 0o755 });
    for (const text of yaml) {
      writeFileSync(join(copy.dir, 'readme.yaml'), asFile(text));
      const { output } = await copy.run('node dist/bin/omniroute.js validate readme.yaml --json');
      const { diagnostics } = JSON.parse(output.split('\n')[0] as string) as { diagnostics: { severity: string; code: string }[] };
      // Programs that a reader has, and this machine need not have.
      const errors = diagnostics.filter(({ severity, code }) => severity === 'error' && code !== 'missing-executable');
      assert.deepEqual(errors, [], text);
    }
  } finally {
    await copy.remove();
  }
});

/** A piece of a service becomes a file with that service; `mitm` is there for rules that speak of it. */
function asFile(text: string): string {
  if (/^services:/m.test(text)) return text;
  // A key of the whole file says so where it stands.
  const [head, body] = text.includes('# of the file') ? [text, ''] : ['', text.replace(/^(?=.)/gm, '    ')];
  const command = /^command:/m.test(text) ? '' : '    command: [sleep, "1"]\n';
  return `${head}services:
  mitm: {command: [sleep, "1"]}
  tunnel: {command: [sleep, "1"], outputs: {url: {match: "https://"}}}
  service:
${command}${body}${body === '' ? '    optional: true\n' : ''}`;
}
