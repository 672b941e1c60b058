import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Column, renderTable } from '../../../src/cli/render/table.ts';
import { textWidth } from '../../../src/cli/render/text-width.ts';

const plain = { paintTitle: (text: string) => text };

const columns: Column[] = [
  { title: 'NAME', cells: ['server', '日本語'] },
  { title: 'CPU', cells: ['3%', '-'], dropsAt: 1 },
  { title: 'PID', cells: ['40213', '7'], dropsAt: 2 },
  { title: 'WHY', cells: ['-', 'exit 1: "Port 8443 already in use" held by 4121 (node)'], shrinksTo: 10 },
];

test('columns are aligned by display width, two spaces apart', () => {
  assert.equal(
    renderTable(columns.slice(0, 3), { columns: null, ...plain }),
    ['NAME    CPU  PID', 'server  3%   40213', '日本語  -    7', ''].join('\n'),
  );
});

test('no line ends in spaces', () => {
  assert.doesNotMatch(renderTable([...columns.slice(0, 1), { title: 'LAST', cells: ['', ''] }], { columns: null, ...plain }), / \n/);
});

test('the shrinking column gives first: nothing is dropped while cutting it is enough', () => {
  const text = renderTable(columns, { columns: 40, ...plain });
  assert.match(text, /CPU {2}PID/);
  assert.match(text, /exit 1: "Port 8443 …$/m);
});

test('on a narrower terminal columns go in their order, and one that must stay stays', () => {
  const text = renderTable(columns, { columns: 26, ...plain });
  assert.doesNotMatch(text, /CPU/);
  assert.match(text, /NAME +PID +WHY/);
  assert.match(renderTable(columns, { columns: 20, ...plain }), /^NAME +WHY\n/);
});

test('no line is wider than the terminal, however narrow it is', () => {
  for (let width = 8; width <= 90; width += 1) {
    for (const line of renderTable(columns, { columns: width, ...plain }).split('\n')) {
      assert.ok(textWidth(line) <= width, `${JSON.stringify(line)} is wider than ${width}`);
    }
  }
});

test('colours do not count as width', () => {
  const painted = renderTable(
    [
      { title: 'A', cells: ['x', 'long'], paintCell: (text) => `\u001b[31m${text}\u001b[39m` },
      { title: 'B', cells: ['1', '2'] },
    ],
    {
      columns: null,
      ...plain,
    },
  );
  assert.equal(painted.split('\n')[1], '\u001b[31mx\u001b[39m     1');
});

test('numbers line up at their right edge', () => {
  assert.equal(renderTable([{ title: '#', cells: ['9', '10'], align: 'right' }], { columns: null, ...plain }), ' #\n 9\n10\n');
});

test('a table without rows is its titles', () => {
  assert.equal(
    renderTable(
      [
        { title: 'A', cells: [] },
        { title: 'B', cells: [] },
      ],
      { columns: null, ...plain },
    ),
    'A  B\n',
  );
});

test('a cell with a line break stays one line', () => {
  assert.equal(renderTable([{ title: 'A', cells: ['x\ny'] }], { columns: null, ...plain }), 'A\nx y\n');
});
