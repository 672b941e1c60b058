// `node socket-server.mjs MARKS`: says that it runs, then answers every connection on descriptor 3 and closes it.
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:net';

const [marks] = process.argv.slice(2);
appendFileSync(marks, `web ${process.pid}\n`);
const server = createServer((socket) => socket.end('answer\n')).listen({ fd: 3 });
process.on('SIGTERM', () => server.close());
