import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findOpener, openBrowser } from '../../../src/cli/dashboard/open-browser.ts';
import { eventually } from '../../rig/within.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const URL = 'http://127.0.0.1:4646/?token=secret';

test('a browser is opened where there is a screen, and not at the other end of a connection', () => {
  assert.equal(findOpener('linux', { DISPLAY: ':0' }), 'xdg-open');
  assert.equal(findOpener('linux', { WAYLAND_DISPLAY: 'wayland-0' }), 'xdg-open');
  assert.equal(findOpener('linux', {}), null);
  assert.equal(findOpener('linux', { DISPLAY: '' }), null);
  assert.equal(findOpener('darwin', {}), 'open');
  assert.equal(findOpener('darwin', { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }), null);
});

test('the token reaches the browser in a file for its owner alone, never as an argument, and the file goes', async (t) => {
  const folder = temporaryFolder(t);
  const told = join(folder, 'told');
  const opener = join(folder, 'opener');
  writeFileSync(opener, `#!/bin/sh\necho "$@" > ${told}.new\nmv ${told}.new ${told}\n`, { mode: 0o755 });
  const forget = openBrowser(URL, { opener, folder });
  await eventually(
    () => 'the opener to be called',
    () => (existsSync(told) ? true : null),
  );
  const path = join(folder, 'dashboard.html');
  assert.equal(readFileSync(told, 'utf8'), `${path}\n`);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.ok(readFileSync(path, 'utf8').includes(`url=${URL}"`));
  forget();
  assert.ok(!existsSync(path));
});

test('an opener that is not there is no reason to fail', (t) => {
  const forget = openBrowser(URL, { opener: '/nowhere/xdg-open', folder: temporaryFolder(t) });
  forget();
});
