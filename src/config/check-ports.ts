import type { CheckInput } from './check-input.ts';
import type { Cursor } from './cursor.ts';

/** Two services on one fixed port; a warning where one of them starts only on request. */
export function checkPorts({ project, onRequest }: CheckInput, at: Cursor): void {
  const holders = new Map<number, { service: string; port: string }[]>();
  for (const { name, ports } of Object.values(project.services)) {
    for (const [port, number] of Object.entries(ports)) {
      if (number === 0) continue;
      const before = holders.get(number) ?? [];
      const clash = before.find(({ service }) => !onRequest.has(service)) ?? before[0];
      holders.set(number, [...before, { service: name, port }]);
      if (!clash) continue;
      const both = clash.service === name || !(onRequest.has(name) || onRequest.has(clash.service));
      const whose = clash.service === name ? `the port \`${clash.port}\` of the same service` : `\`${clash.service}\``;
      const message = `port ${number} is taken already, by ${whose}`;
      at.in('services', name, 'ports', port).report({
        code: 'port-clash',
        severity: both ? 'error' : 'warning',
        message,
        hint: 'choose another, or `auto`',
      });
    }
  }
}
