// Held sockets that get into each other's way, or into omniroute's own.
import type { SocketAddress } from '../socket-address.ts';
import type { Probe, ServiceSpec, SocketSpec } from '../spec.ts';
import type { CheckInput } from './check-input.ts';
import type { Cursor } from './cursor.ts';

interface Owned {
  readonly service: string;
  readonly socket: SocketSpec;
}

export function checkSockets({ project, onRequest }: CheckInput, at: Cursor): void {
  const seen: Owned[] = [];
  for (const service of Object.values(project.services)) {
    const place = at.in('services', service.name);
    for (const socket of service.sockets) {
      const clash = seen.find((other) => overlaps(other.socket.address, socket.address));
      if (clash !== undefined) reportClash(socket, clash, { at: place, isCertain: !onRequest.has(service.name) });
      seen.push({ service: service.name, socket });
      checkPortsAgainst(socket, Object.values(project.services), place);
    }
    checkProbes(service, place);
  }
}

function overlaps(a: SocketAddress, b: SocketAddress): boolean {
  if (a.type === 'unix' || b.type === 'unix') return a.type === 'unix' && b.type === 'unix' && a.path === b.path;
  return a.port === b.port && (a.host === b.host || a.host === '0.0.0.0' || b.host === '0.0.0.0');
}

function reportClash(socket: SocketSpec, clash: Owned, { at, isCertain }: { readonly at: Cursor; readonly isCertain: boolean }): void {
  const whose =
    at.name === clash.service ? `\`${clash.socket.name}\` of the same service` : `\`${clash.socket.name}\` of \`${clash.service}\``;
  at.in('sockets', socket.name, 'listen').report({
    code: 'socket-clash',
    severity: isCertain ? 'error' : 'warning',
    message: `the socket ${whose} is held at the same address`,
    hint: 'choose another address: one socket belongs to one service',
  });
}

/** A port that a service waits to be free would never be: omniroute itself listens there. */
function checkPortsAgainst({ name, address }: SocketSpec, services: readonly ServiceSpec[], at: Cursor): void {
  if (address.type === 'unix') return;
  const waiting = services.find(({ ports }) => Object.values(ports).includes(address.port));
  if (waiting === undefined) return;
  at.in('sockets', name, 'listen').report({
    code: 'socket-clash',
    message: `\`${waiting.name}\` has ${address.port} among its \`ports\`, and waits until nobody listens there; omniroute holds it`,
    hint: 'take it out of `ports`',
  });
}

/** The kernel takes connections to a held socket whether or not the service runs. */
function checkProbes({ sockets, readiness, liveness }: ServiceSpec, at: Cursor): void {
  const isHeld = (probe: Probe): boolean =>
    probe.type === 'tcp' && sockets.some(({ address }) => address.type === 'tcp' && address.port === probe.port);
  const report = (key: 'readiness' | 'liveness'): void =>
    at.in(key, 'tcp').report({
      code: 'says-nothing',
      severity: 'warning',
      message: 'a connection to a held socket always succeeds, also while the service is down',
      hint: 'use `http`, `exec` or `log`',
    });
  if (readiness?.probes.some(isHeld)) report('readiness');
  if (liveness && isHeld(liveness.probe)) report('liveness');
}
