import type { Command } from 'commander';
import { act } from '../act.ts';
import { EXIT } from '../exit-code.ts';
import { printJson } from '../invocation.ts';
import { openProjectWith } from '../known-service.ts';
import { renderServiceDetail } from '../render/service-detail.ts';

export function define(command: Command): void {
  command.argument('<service>', 'its name').addHelpText('after', '\nExample:\n  omniroute status server');
  act<object, [string]>(command, async (invocation, _, name) => {
    const running = await openProjectWith(invocation, [name], { usage: true });
    if (!running.ok) return running;
    const services = running.snapshot.services.filter((each) => running.names.includes(each.name));
    const [only] = services;
    const look = { nowMs: Date.now(), paint: invocation.out.paint };
    if (invocation.json) printJson(invocation, services.length === 1 ? { service: only } : { services });
    else invocation.out.write(services.map((service) => renderServiceDetail(service, look)).join('\n'));
    return EXIT.done;
  });
}
