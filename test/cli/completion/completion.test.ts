import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { renderBash } from '../../../src/cli/completion/bash.ts';
import type { CompletedCommand } from '../../../src/cli/completion/completed-command.ts';
import { renderFish } from '../../../src/cli/completion/fish.ts';
import { renderZsh } from '../../../src/cli/completion/zsh.ts';

const file = { short: '-f', long: '--file', description: 'project file', takesValue: true, takesPath: true, choices: [] };
const color = {
  short: null,
  long: '--color',
  description: "it's [a] colour",
  takesValue: true,
  takesPath: false,
  choices: ['auto', 'always', 'never'],
};
const commands: CompletedCommand[] = [
  {
    name: 'ps',
    summary: "what's running",
    completes: 'nothing',
    choices: [],
    options: [{ short: '-a', long: '--all', description: 'all', takesValue: false, takesPath: false, choices: [] }, file, color],
  },
  { name: 'start', summary: 'start services', completes: 'services', choices: [], options: [color] },
  { name: 'validate', summary: 'check a file', completes: 'files', choices: [], options: [] },
  { name: 'completion', summary: 'completion', completes: 'choices', choices: ['bash', 'zsh', 'fish'], options: [] },
];

/** What bash offers for these words, the last of which is being typed; `omniroute` is a function that the script asks for services. */
function completeInBash(...words: string[]): string[] {
  const script = `${renderBash(commands)}
omniroute() { [[ "$*" == "__complete services" ]] && printf 'server\\nmitm\\n'; }
COMP_WORDS=(omniroute ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
_omniroute; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\n').filter(Boolean);
}

test('bash completes the names of commands', () => {
  assert.deepEqual(completeInBash('st'), ['start']);
  assert.deepEqual(completeInBash('--json', 'va'), ['validate']);
});

test('bash completes the options of the command that is there, and the values they can have', () => {
  assert.deepEqual(completeInBash('ps', '--a'), ['--all']);
  assert.deepEqual(completeInBash('start', '--a'), []);
  assert.deepEqual(completeInBash('ps', '--color', 'al'), ['always']);
});

test('bash completes services where they are wanted, and only there', () => {
  assert.deepEqual(completeInBash('start', ''), ['server', 'mitm']);
  assert.deepEqual(completeInBash('start', 'server', 'm'), ['mitm']);
  assert.deepEqual(completeInBash('ps', ''), []);
});

test('the value of an option before the command is not taken for the command', () => {
  assert.deepEqual(completeInBash('--color', 'never', 'st'), ['start']);
});

test('bash completes files after an option that takes one', () => {
  assert.deepEqual(completeInBash('ps', '--file', 'package.js'), ['package.json']);
});

test('bash completes the shells of completion', () => {
  assert.deepEqual(completeInBash('completion', 'z'), ['zsh']);
});

test('zsh and fish know every command, its options and what its arguments are', () => {
  for (const text of [renderZsh(commands), renderFish(commands)]) {
    for (const word of ['ps', 'start', 'validate', 'all', 'color', 'auto always never', '__complete services', 'bash zsh fish'])
      assert.ok(text.includes(word), word);
  }
});

test('quotes and brackets of a description do not end a zsh specification', () => {
  const zsh = renderZsh(commands);
  assert.ok(zsh.includes(`'ps:what'\\''s running'`));
  assert.ok(zsh.includes(`'--color[it'\\''s a colour]:value:(auto always never)'`));
  assert.ok(renderFish(commands).includes(`-d 'it\\'s [a] colour'`));
});
