import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillHelp } from '../../src/cli/help-text.ts';

const HELP = `
Some words that were broken
where they were written.

Examples:
  omniroute an example that is longer than that
Exits with 3.
`;

test('paragraphs are filled as the terminal is wide, and nothing else is touched', () => {
  assert.equal(
    fillHelp(HELP, 20),
    `
Some words that were
broken where they
were written.

Examples:
  omniroute an example that is longer than that
Exits with 3.
`,
  );
  assert.match(fillHelp(HELP, 1000), /^Some words that were broken where they were written\.$/m);
});
