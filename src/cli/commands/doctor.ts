import { homedir } from 'node:os';
import { relative } from 'node:path';
import type { Command } from 'commander';
import { type LoadedProject, loadProject } from '../../config/load.ts';
import { findPlace } from '../../config/place.ts';
import type { Finding } from '../../doctor/finding.ts';
import { findListeners } from '../../doctor/listeners.ts';
import { examineMachine } from '../../doctor/machine.ts';
import { readMachineFacts } from '../../doctor/machine-facts.ts';
import { examineProject, type ForeignListener } from '../../doctor/project.ts';
import { readScript } from '../../doctor/script.ts';
import type { ServiceSpec } from '../../spec.ts';
import { act } from '../act.ts';
import { EXIT } from '../exit-code.ts';
import { type Invocation, note, printJson } from '../invocation.ts';
import { findProjectFiles } from '../project-files.ts';
import { refuseInvalid } from '../refuse-invalid.ts';
import { openRunningProject } from '../running.ts';

const MARKS = { good: '✓', note: '·', risk: '✗' } as const;

export function define(command: Command): void {
  command.addHelpText(
    'after',
    `
Looks at what this machine offers, and at what in the project is likely to hurt one day; each with the line that mends it.
Changes nothing, and works without a project too. Exits with 1 where something will go wrong.

Examples:
  omniroute doctor
  omniroute doctor --json | jq '.findings[] | select(.level == "risk")'`,
  );
  act<object, []>(command, async (invocation) => {
    const found = findProjectFiles(invocation);
    const result = found.ok ? loadProject({ files: found.files, env: invocation.env, autoPorts: {}, home: homedir() }) : null;
    if (result !== null && !result.ok) return refuseInvalid(invocation, result.diagnostics);
    const loaded = result?.loaded ?? null;
    const machine = examineMachine(readMachineFacts(loaded?.project.stateDir ?? invocation.cwd, invocation.env), loaded?.project ?? null);
    const project = loaded === null ? [] : await examineLoaded(invocation, loaded);
    const findings = [...machine, ...project];
    if (invocation.json) printJson(invocation, { findings });
    else print(invocation, { machine, project, hasProject: loaded !== null });
    return findings.some(({ level }) => level === 'risk') ? EXIT.serviceFailed : EXIT.done;
  });
}

async function examineLoaded(invocation: Invocation, { project, places }: LoadedProject): Promise<Finding[]> {
  const placeOf = (service: string, key: string): string | null => {
    const place = findPlace(places, service, key);
    return place === null ? null : `${relative(invocation.cwd, place.file)}:${place.line}:${place.col}`;
  };
  const scriptOf = (service: ServiceSpec) => {
    const script = readScript(service);
    return script && { ...script, path: relative(invocation.cwd, script.path) };
  };
  return examineProject(project, placeOf, { listeners: await findForeignListeners(invocation, project), scriptOf });
}

/** Where the project runs, its ports are its own. */
async function findForeignListeners(invocation: Invocation, project: LoadedProject['project']): Promise<readonly ForeignListener[]> {
  const silent = { ...invocation, json: false, err: { ...invocation.err, write: () => undefined } };
  return (await openRunningProject(silent)).ok ? [] : findListeners(project);
}

function print(
  invocation: Invocation,
  {
    machine,
    project,
    hasProject,
  }: { readonly machine: readonly Finding[]; readonly project: readonly Finding[]; readonly hasProject: boolean },
): void {
  const { out } = invocation;
  const { paint } = out;
  out.write(`${paint.bold('this machine')}\n${machine.map((finding) => render(invocation, finding)).join('')}`);
  if (!hasProject) return note(invocation, 'there is no project here to look at: `omniroute init` begins one');
  const rest =
    project.length === 0
      ? `  ${paint.green(MARKS.good)} nothing to be said\n`
      : project.map((finding) => render(invocation, finding)).join('');
  out.write(`${paint.bold('this project')}\n${rest}`);
}

function render({ out: { paint } }: Invocation, { level, subject, text, fix, place }: Finding): string {
  const paintMark = { good: paint.green, note: paint.yellow, risk: paint.red }[level];
  const where = place === null ? '' : ` ${paint.dim(`(${place})`)}`;
  const mend = fix === null ? '' : `      ${paint.dim(fix)}\n`;
  return `  ${paintMark(MARKS[level])} ${subject}: ${text}${where}\n${mend}`;
}
