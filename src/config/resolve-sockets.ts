import type { SocketAddress } from '../socket-address.ts';
import type { SocketSpec } from '../spec.ts';
import type { Cursor } from './cursor.ts';
import type { FilledServiceFile } from './filled-file.ts';

const PATH = /^(?:~?\/|\.{1,2}\/)/;
const HOST_AND_PORT = /^(?:\[([0-9a-fA-F:.%]+)\]|([^:/\s]+)):(\d{1,5})$/;
/** sun_path has 108 bytes with its final NUL. */
const MAX_PATH_BYTES = 107;

/** In the order of the file: the first is descriptor 3. */
export function resolveSockets(sockets: FilledServiceFile['sockets'], at: Cursor): SocketSpec[] {
  return Object.entries(sockets).flatMap(([name, { listen }]) => {
    const address = resolveAddress(listen, at.in(name, 'listen'));
    return address === null ? [] : [{ name, address }];
  });
}

function resolveAddress(text: string, at: Cursor): SocketAddress | null {
  if (PATH.test(text)) return resolvePath(at.absolute(text), at);
  const [, six, other, digits] = HOST_AND_PORT.exec(text) ?? [];
  const port = Number(digits);
  const host = six ?? other;
  if (host !== undefined && port >= 1 && port <= 65_535) return { type: 'tcp', host, port };
  at.report({
    code: 'bad-address',
    message: `\`${text}\` is no address to listen at`,
    hint: 'write 127.0.0.1:8080, [::1]:8080, 0.0.0.0:8080 for everybody, or the path of a unix socket such as ./app.sock',
  });
  return null;
}

function resolvePath(path: string, at: Cursor): SocketAddress | null {
  const bytes = Buffer.byteLength(path);
  if (bytes <= MAX_PATH_BYTES) return { type: 'unix', path };
  at.report({ code: 'bad-address', message: `the path of a unix socket may have ${MAX_PATH_BYTES} bytes; ${path} has ${bytes}` });
  return null;
}
