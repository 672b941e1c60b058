// `ps -w`: woken by events; on a terminal also once a second, for the figures and the clocks.
import type { ServiceSnapshot } from '../control/protocol.ts';
import type { RunningProject } from '../library/running-project.ts';
import { EXIT } from './exit-code.ts';
import { type Invocation, note, printJsonLine } from './invocation.ts';
import { isStarted, renderProjectNotes, renderServicesTable } from './render/services-table.ts';

const REFRESH_MS = 1000;

export async function watchServices(invocation: Invocation, running: RunningProject, options: { readonly all: boolean }): Promise<number> {
  const show = invocation.out.redraws && !invocation.json ? redraw(invocation, options) : append(invocation, options);
  const ended = new AbortController();
  let showing = Promise.resolve();
  const refresh = () => {
    showing = showing.then(async () => {
      const answer = await running.client.snapshot({ usage: true });
      if (answer.ok && !ended.signal.aborted) show(answer.value);
    });
  };
  show(running.snapshot);
  const timer = invocation.out.redraws ? setInterval(refresh, REFRESH_MS) : undefined;
  await running.client.events(running.snapshot.seq, refresh, ended.signal);
  clearInterval(timer);
  ended.abort();
  await showing;
  note(invocation, 'omniroute has ended');
  return EXIT.done;
}

type Show = (snapshot: RunningProject['snapshot']) => void;

/** Goes back over the lines it drew, so that what was on the terminal before stays above. */
function redraw(invocation: Invocation, options: { readonly all: boolean }): Show {
  const { out } = invocation;
  let drawn = 0;
  let columns = out.columns();
  return (snapshot) => {
    const table = renderServicesTable(snapshot.services, { all: options.all, nowMs: Date.now(), columns: out.columns(), paint: out.paint });
    const notes = renderProjectNotes(snapshot, { all: options.all, paint: out.paint }).map((line) => `${line}\n`);
    // What has scrolled out of the terminal cannot be erased.
    const lines = (table + notes.join(''))
      .split('\n')
      .slice(0, -1)
      .slice(0, (out.rows() ?? 24) - 1);
    // A window of another width has broken the lines anew: where they begin now, nobody knows.
    const erase = columns !== out.columns() ? '\u001b[H\u001b[2J' : drawn > 0 ? `\r\u001b[${drawn}A\u001b[0J` : '';
    out.write(`${erase}${lines.join('\n')}\n`);
    drawn = lines.length;
    columns = out.columns();
  };
}

/** The table once, then the rows of services that came into another state. */
function append(invocation: Invocation, options: { readonly all: boolean }): Show {
  let before: readonly ServiceSnapshot[] | null = null;
  return (snapshot) => {
    const changed =
      before === null
        ? snapshot.services
        : snapshot.services.filter((service) => hasChanged(service, before as readonly ServiceSnapshot[]));
    const isFirst = before === null;
    const shown = snapshot.services.filter((service) => options.all || isStarted(service) || (!isFirst && changed.includes(service)));
    before = snapshot.services;
    if (changed.length === 0) return;
    if (invocation.json) {
      for (const service of changed) printJsonLine(invocation, { seq: snapshot.seq, service });
      return;
    }
    const table = renderServicesTable(shown, { all: true, nowMs: Date.now(), columns: null, paint: invocation.out.paint });
    const [title, ...rows] = table.split('\n');
    // All rows are laid out, so that those appended stay below their titles.
    const printed = isFirst ? [title, ...rows.slice(0, -1)] : rows.filter((_, at) => changed.includes(shown[at] as ServiceSnapshot));
    invocation.out.write(printed.map((line) => `${line}\n`).join(''));
  };
}

function hasChanged(service: ServiceSnapshot, before: readonly ServiceSnapshot[]): boolean {
  const old = before.find((each) => each.name === service.name);
  return old === undefined || old.state !== service.state || old.run !== service.run || old.enabled !== service.enabled;
}
