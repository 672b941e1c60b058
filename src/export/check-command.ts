// A probe as a command, for engines that know no other.
import type { Probe } from '../spec.ts';

export type CheckTool = 'node' | 'any';

/** argv that exits 0 where the probe succeeds; `tool`: what the image has for it. */
export function checkCommand(probe: Probe, tool: CheckTool): string[] {
  if (probe.type === 'exec') return [...probe.command];
  if (probe.type === 'http') return tool === 'node' ? ['node', '-e', fetchScript(probe)] : ['/bin/sh', '-c', curlScript(probe.url)];
  const { host, port } = probe;
  if (tool === 'any') return ['/bin/sh', '-c', `nc -z -w 5 ${host} ${port} || (command -v bash && bash -c ': < /dev/tcp/${host}/${port}')`];
  const script = `require('net').connect(${port}, '${host}').on('connect', () => process.exit(0)).on('error', () => process.exit(1))`;
  return ['node', '-e', script];
}

function fetchScript({ url, statuses }: Extract<Probe, { type: 'http' }>): string {
  const good = statuses.map(({ min, max }) => `(s >= ${min} && s <= ${max})`).join(' || ');
  return `fetch(${JSON.stringify(url)}).then(({ status: s }) => process.exit(${good} ? 0 : 1), () => process.exit(1))`;
}

function curlScript(url: string): string {
  return `curl -fsS -o /dev/null ${quoteShell(url)} || wget -q -O /dev/null ${quoteShell(url)}`;
}

/** One word of a POSIX shell. */
export function quoteShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
