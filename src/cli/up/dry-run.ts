import { defaultServices } from '../../daemon/selection.ts';
import { startOrder, withDependencies } from '../../graph.ts';
import { presentProject } from '../../library/present-project.ts';
import type { ServiceSpec } from '../../spec.ts';
import { EXIT, type Refusal } from '../exit-code.ts';
import { type Invocation, printJson } from '../invocation.ts';
import { refuseUnknown } from '../known-service.ts';
import { loadOrRefuse } from '../load-project.ts';
import { renderStartPlan } from '../render/start-plan.ts';
import type { UpRequest } from './up-request.ts';

/** Prints what would start, in which order. Nothing is run or written. */
export async function showStartPlan(invocation: Invocation, request: UpRequest): Promise<number | Refusal> {
  const result = loadOrRefuse(invocation, request.files, {});
  if (!result.ok) return result;
  const { services } = presentProject(result.loaded, { reveal: false });
  const unknown = await refuseUnknown(request.services, Object.keys(services));
  if (unknown !== null) return unknown;
  const named = request.services.length > 0 ? request.services : defaultServices(result.loaded.project, request.profiles);
  const wanted = new Set(request.withDependencies ? withDependencies(services, named) : named);
  const order = startOrder(services)
    .filter((name) => wanted.has(name) && services[name]?.enabled)
    .map((name) => services[name] as ServiceSpec);
  if (invocation.json)
    printJson(invocation, { start: order.map(({ name, type, ports, profiles, command }) => ({ name, type, ports, profiles, command })) });
  else invocation.out.write(renderStartPlan(order, { columns: invocation.out.columns(), paint: invocation.out.paint }));
  return EXIT.done;
}
