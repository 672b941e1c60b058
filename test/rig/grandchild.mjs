// A process that a puppet started and lost sight of. Its arguments are all it has: its environment may be empty.
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';

const [path, name, mortality] = process.argv.slice(2);
if (mortality === 'ignore-term') process.on('SIGTERM', () => {});
if (mortality === 'tell-term') {
  process.on('SIGTERM', () => {
    writeFileSync('told', 'SIGTERM\n', { flag: 'a' });
    process.exit(0);
  });
}
const socket = connect(path);
socket.on('error', () => process.exit(99));
socket.on('close', () => process.exit(99));
socket.resume();
socket.write(
  `${JSON.stringify({ type: 'hello', kind: 'grandchild', name, pid: process.pid, run: null, env: process.env, cwd: process.cwd(), argv: [] })}\n`,
);
