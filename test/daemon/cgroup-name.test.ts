import assert from 'node:assert/strict';
import { test } from 'node:test';
import { baseName, isGroupOf, markerOf, runName } from '../../src/daemon/cgroup-name.ts';

const MARKER = 'shop/tunnel/cloudflared/12/0c1f2a77d0e1.4aa176e30da6b1a6a9d306e8';
const FOLDER = `/sys/fs/cgroup/user.slice/${baseName('4aa176e30da6b1a6a9d306e8')}/${runName('tunnel/cloudflared', 12, '0c1f2a77d0e1')}`;

test('a run knows its group by its marker', () => {
  assert.equal(isGroupOf(MARKER, FOLDER), true);
});

for (const [what, folder] of [
  ['of another run', FOLDER.replace('.12.', '.1.')],
  ['of another state folder', FOLDER.replace('4aa1', '4aa2')],
  ['of another supervisor', FOLDER.replace('0c1f', '0c1e')],
  ['of a service whose name begins alike', FOLDER.replace('cloudflared', 'cloudflared2')],
  ['that holds half the system', '/sys/fs/cgroup/system.slice'],
  ['that is no group', ''],
] as const) {
  test(`a group ${what} is not believed to be a run's`, () => assert.equal(isGroupOf(MARKER, folder), false));
}

test('from the name of a group follows the marker, but for the project', () => {
  assert.equal(markerOf(FOLDER), MARKER.replace('shop', ''));
  assert.equal(isGroupOf(markerOf(FOLDER) as string, FOLDER), true);
});

test('no marker follows from what no run has made', () => {
  assert.equal(markerOf('/sys/fs/cgroup/omniroute-x/supervisor'), null);
  assert.equal(markerOf('/sys/fs/cgroup/system.slice/server.1.0c1f'), null);
});
