import { createServer } from 'node:http';

const server = createServer((_request, response) => response.end('hello\n'));
server.listen(Number(process.env.PORT ?? 5000), '127.0.0.1', () => console.log(`listening on :${server.address().port}`));
process.once('SIGTERM', () => server.close());
