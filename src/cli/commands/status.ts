import type { Command } from 'commander';
import type { ServiceSnapshot } from '../../control/protocol.ts';
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
    const service = running.snapshot.services.find((each) => each.name === name) as ServiceSnapshot;
    if (invocation.json) printJson(invocation, { service });
    else invocation.out.write(renderServiceDetail(service, { nowMs: Date.now(), paint: invocation.out.paint }));
    return EXIT.done;
  });
}
