// Words for what a wanted service waits for: a part of the sentences of `explain.ts`.
import { assertNever } from './assert-never.ts';
import type { Blocker, TakenAddress } from './snapshot.ts';

type TakenSocket = Extract<TakenAddress, { type: 'socket' }>;

/** So many sockets that one process has are named; of more, how many. */
const NAMED_SOCKETS = 3;

/** `''` where there are none. */
export function describeBlockers(blockers: readonly Blocker[]): string {
  const told = blockers.map((blocker) => {
    if (blocker.type !== 'socket') return describeBlocker(blocker);
    const alike = blockers.filter((other) => other.type === 'socket').filter((other) => describeTaker(other) === describeTaker(blocker));
    return alike[0] === blocker ? describeSockets(alike, describeTaker(blocker)) : null;
  });
  return told.filter((text) => text !== null).join(', ');
}

function describeSockets(sockets: readonly TakenSocket[], taker: string): string {
  const named = sockets.slice(0, NAMED_SOCKETS).map(({ socket, address }) => `${socket}: ${address}`);
  const rest = sockets.length - named.length;
  const all = `${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return `${sockets.length > 1 ? `sockets ${all} are` : `socket ${all} is`} taken${taker}`;
}

function describeTaker(socket: TakenSocket): string {
  return `${describeHolder(socket)}${adviceFor(socket.outlived)}`;
}

function describeBlocker(blocker: Exclude<Blocker, TakenSocket>): string {
  switch (blocker.type) {
    case 'dependency':
      return `waits for ${blocker.service} to be ${blocker.condition}, it is ${blocker.disabled ? 'disabled' : blocker.state}`;
    case 'output':
      return `waits for the output ${blocker.output} of ${blocker.service}`;
    case 'port':
      return `port ${blocker.port} is taken${describeHolder(blocker)}`;
    case 'group':
      return `waits for ${blocker.service} to be gone: the group ${blocker.group} starts together`;
    case 'disabled':
      return `disabled by ${blocker.by}`;
    case 'occasion':
      return blocker.of === 'schedule' ? 'waits for its time' : 'sleeps until a connection arrives';
    default:
      return assertNever(blocker);
  }
}

/** Only the end of all its processes gives the address back. */
function adviceFor(outlived: string | null): string {
  if (outlived === null) return '';
  return `, which outlived an omniroute: \`omniroute stop ${outlived}\` and \`omniroute start ${outlived}\` give it back`;
}

function describeHolder({ pid, command }: TakenAddress): string {
  return pid === null ? '' : ` by ${pid} (${command ?? '?'})`;
}
