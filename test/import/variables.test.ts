import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problems } from '../../src/config/problems.ts';
import { SourceFile } from '../../src/config/source-file.ts';
import { Field } from '../../src/import/field.ts';
import { escapeReferences, translateVariables } from '../../src/import/variables.ts';

function translate(text: string): { text: string; told: number } {
  const problems = new Problems();
  const source = new SourceFile('/a', text);
  const span = { source, start: 0, end: text.length };
  const field = new Field('command', { key: span, node: { kind: 'scalar', value: text, text, span } }, { problems, service: null });
  return { text: translateVariables(text, field), told: problems.sorted(['/a']).length };
}

test('a variable is one of omniroute, with an empty default where it had none', () => {
  const forms: Readonly<Record<string, string>> = {
    $HOME: '${env.HOME:-}',
    '${HOME}/x': '${env.HOME:-}/x',
    '${A:-b c}': '${env.A:-b c}',
    '${A-b}': '${env.A:-b}',
    '${A:=b}': '${env.A:-b}',
    '${A:?message}': '${env.A}',
    '${A?}': '${env.A}',
    'costs 5$': 'costs 5$',
    "awk '{print $1}'": "awk '{print $1}'",
  };
  for (const [given, expected] of Object.entries(forms)) assert.deepEqual(translate(given), { text: expected, told: 0 }, given);
});

test('an escaped dollar is a plain one, and no reference', () => {
  assert.equal(translate('$$HOME $$').text, '$HOME $');
  assert.equal(translate('$${HOME} $$$A').text, '$${HOME} $${env.A:-}');
});

test('an expansion beyond defaults stays for a shell, and is told', () => {
  for (const form of ['${A:+set}', '${A#prefix}', '${A^^}', '${#A}'])
    assert.deepEqual(translate(form), { text: `$${form}`, told: 1 }, form);
});

test('a text that nobody fills in keeps its braces', () => {
  assert.equal(escapeReferences('a ${B} $${C}'), 'a $${B} $$${C}');
});
