// Services of compose call each other by name, which nothing on this machine knows.
import type { Field } from '../field.ts';

/** Tells of each variable with a service as the host, as in `postgres://user@db:5432/shop` or `db:5432`. */
export function tellHostNames(environment: Field, services: readonly string[]): void {
  const variables = environment.node.kind === 'map' ? environment.fields() : environment.items();
  for (const variable of variables) {
    const text = variable.isEmpty ? '' : (variable.text() ?? '').replace(/^\w+=/, '');
    const host = services.find((name) => isHostOf(text, name));
    if (host !== undefined) variable.changed(`\`${host}\` is a host of compose's network alone`, 'write 127.0.0.1 and the port there');
  }
}

/** By its parts: a name may hold what means something in a pattern. */
function isHostOf(text: string, name: string): boolean {
  const hosts = [/\/\/(?:[^/@]*@)?([\w.-]+)(?=[:/?]|$)/, /^([\w.-]+):\d+$/].map((pattern) => pattern.exec(text)?.[1]);
  return hosts.includes(name);
}
