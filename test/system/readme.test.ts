// The README is what a stranger does first: every command in it is run, in its order, and every piece of YAML in it is loaded.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CleanCopy, type Ended } from '../rig/clean-copy.ts';
import { freePort } from '../rig/free-port.ts';
import { eventually } from '../rig/within.ts';

interface Block {
  readonly language: string;
  readonly text: string;
}

const README = readFileSync('README.md', 'utf8');
const blocks = Array.from(README.matchAll(/^```(\w*)\n(.*?)^```$/gms), ([, language = '', text = '']): Block => ({ language, text }));
const commands = blocks.filter(({ language }) => language === 'sh').flatMap(({ text }) => commandsOf(text));
const yaml = blocks.filter(({ language }) => language === 'yaml').map(({ text }) => text);

/** Lines; one that ends with a backslash goes on in the next. */
function commandsOf(text: string): string[] {
  const lines = text.replace(/\s*\\\n\s*/g, ' ').split('\n');
  return lines.map((line) => line.replace(/ {2,}#.*$/, '').trim()).filter((line) => line !== '');
}

interface Stage {
  readonly copy: CleanCopy;
  readonly ports: { readonly server: number; readonly mitm: number };
  foreground: ReturnType<CleanCopy['begin']> | null;
}

type Play = (stage: Stage, command: string) => Promise<void>;

/** A command of the README → how it is played. What is not here fails the test that walks through the README. */
const PLAYS: Readonly<Record<string, Play>> = {
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
  'npm install --global omniroute': async ({ copy }, command) => {
    // The package as it would be published, from its file instead of the registry.
    assertDone(await copy.run('npm pack --silent --ignore-scripts --pack-destination ..'));
    assertDone(await copy.run(`${command.replace('omniroute', '--offline --prefix ../global ../omniroute-*.tgz')}`));
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

function assertDone({ code, output }: Ended): void {
  assert.equal(code, 0, output);
}

test('every command of the README does what it says, in its order, on a clean copy', async () => {
  const ports = { server: await freePort(), mitm: await freePort() };
  const copy = new CleanCopy({ GATEWAY_PORT: `${ports.server}`, MITM_PORT: `${ports.mitm}` });
  const stage: Stage = { copy, ports, foreground: null };
  try {
    for (const command of commands) {
      const play = PLAYS[command];
      assert.ok(play, `nobody knows how to try \`${command}\``);
      await play(stage, command);
    }
  } catch (error) {
    await copy.remove();
    throw error;
  }
  assert.deepEqual(await copy.remove(), [], 'nothing is left running');
});

test('every play is of a command that the README still has', () => {
  assert.deepEqual(
    Object.keys(PLAYS).filter((command) => !commands.includes(command)),
    [],
  );
});

test('every script that contributors are told of is there', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const named = ['CONTRIBUTING.md', 'src/README.md'].flatMap((file) =>
    Array.from(readFileSync(file, 'utf8').matchAll(/npm run ([\w-]+)/g), ([, script]) => script as string),
  );
  assert.ok(named.length > 0);
  assert.deepEqual(
    named.filter((script) => !(script in scripts)),
    [],
  );
});

test('every YAML of the README is valid, whole files and pieces of a service alike', async () => {
  const copy = new CleanCopy({});
  try {
    assertDone(await copy.run('npm run --silent prepare'));
    assert.ok(yaml.length >= 3);
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
  const piece = text.replace(/^(?=.)/gm, '    ');
  return `services:\n  mitm: {command: [sleep, "1"]}\n  service:\n    command: [sleep, "1"]\n${piece}`;
}
