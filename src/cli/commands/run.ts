import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Command } from 'commander';
import { expandInstances } from '../../config/instances.ts';
import type { RunningProject } from '../../library/running-project.ts';
import { fillOutputs, outputRefs } from '../../output-ref.ts';
import { buildEnvironment } from '../../process/environment.ts';
import { explainFailure, findCharacterProblem, findFolderProblem, type SpawnFailure } from '../../process/spawn-failure.ts';
import { declaredName, selectServices } from '../../service-name.ts';
import type { ProjectSpec, ServiceSpec } from '../../spec.ts';
import { act } from '../act.ts';
import { EXIT, type Refusal, refuse } from '../exit-code.ts';
import { type Invocation, note } from '../invocation.ts';
import { refuseUnknown } from '../known-service.ts';
import { loadNamedProject } from '../load-project.ts';
import { openRunningProject } from '../running.ts';

export function define(command: Command): void {
  command
    .argument('<service>', 'its name')
    .argument('<command...>', 'what to run, after --')
    .passThroughOptions()
    .addHelpText(
      'after',
      `
Runs in the service's folder with the service's environment, in your terminal, beside the service itself.
Of several instances, \`omniroute run web\` is as the first of them, \`omniroute run web:2\` as the second.
Ports chosen by \`auto\` and outputs of other services are those of the running project. Exits as the command does.

Examples:
  omniroute run server -- npm test
  omniroute run server -- env`,
    );
  act<object, [string, string[]]>(command, async (invocation, _, name, words) => {
    const [file = '', ...args] = words[0] === '--' ? words.slice(1) : words;
    if (file === '') return refuse(EXIT.usage, 'after -- a command is wanted', 'as in `omniroute run server -- npm test`');
    // What is said about a project that does not run is no matter here: only its ports and outputs would be of use.
    const silent = { ...invocation, json: false, err: { ...invocation.err, write: () => undefined } };
    const running = await openRunningProject(silent);
    const loaded = loadNamedProject(invocation, running.ok ? autoPortsOf(running) : {});
    if (!loaded.ok) return loaded;
    const { project } = loaded.loaded;
    const { services } = expandInstances(project, running.ok ? scaleOf(project, running) : {});
    // Of several, any does: a command wants one environment.
    const [one = name] = selectServices([name], Object.keys(services));
    const unknown = await refuseUnknown([one], Object.keys(services));
    if (unknown !== null) return unknown;
    const service = services[one] as ServiceSpec;
    return runCommand(service, environmentOf(invocation, service, running.ok ? running : null), [file, ...args]);
  });
}

/** How many there are now: more may run than the file says. */
function scaleOf({ services }: ProjectSpec, { snapshot }: RunningProject): Record<string, number> {
  const names = snapshot.services.map((each) => declaredName(each.name));
  const counts = Object.values(services).map(({ name, restart }) => {
    const places = names.filter((each) => each === name).length;
    return [name, restart.strategy === 'overlap' ? places - 1 : places] as const;
  });
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

function autoPortsOf(running: RunningProject): Record<string, number> {
  const ports = running.snapshot.services.flatMap((service) =>
    Object.entries(service.ports).map(([port, number]) => [`${service.name}.${port}`, number]),
  );
  return Object.fromEntries(ports);
}

function environmentOf(invocation: Invocation, service: ServiceSpec, running: RunningProject | null): Record<string, string> {
  const outputs = new Map(running?.snapshot.services.map((each) => [each.name, each.outputs]));
  const valueOf = (ref: { service: string; output: string }) => outputs.get(ref.service)?.[ref.output];
  const filled = Object.entries(service.env).map(([key, value]) => [key, fillOutputs(value, valueOf)] as const);
  const unknown = filled.filter(([, value]) => outputRefs(value).length > 0).map(([key]) => key);
  if (unknown.length > 0) note(invocation, `left out, for their values are not known now: ${unknown.join(', ')}`);
  const env = Object.fromEntries(filled.filter(([key]) => !unknown.includes(key)));
  const built = buildEnvironment({ ...service, env }, invocation.env, '');
  // The mark of a service's processes: with it, omniroute would take this command for a straggler of the service.
  delete built.OMNIROUTE_RUN;
  return built;
}

/** Those that whoever called acts on. The others would open a debugger here (SIGUSR1), dump a core of ours, or be ignored by Node. */
const PASSED_ON: ReadonlySet<NodeJS.Signals> = new Set(['SIGHUP', 'SIGINT', 'SIGKILL', 'SIGTERM']);

function runCommand(service: ServiceSpec, env: Record<string, string>, command: ServiceSpec['command']): Promise<number | Refusal> {
  const { cwd } = service;
  const problem = findCharacterProblem({ command, env }) ?? findFolderProblem(cwd);
  if (problem !== null) return Promise.resolve(refuseStart(problem, null));
  const [file, ...args] = command;
  const hint = `the folder and the PATH of ${service.name} count here; a line for a shell goes as \`sh -c '…'\``;
  const explain = (error: unknown) => {
    const failure = explainFailure(error as NodeJS.ErrnoException, { file, cwd, path: env['PATH'] });
    return refuseStart(failure, failure.code === 'ENOENT' ? hint : null);
  };
  return new Promise((resolve) => {
    let child: ChildProcess;
    try {
      child = spawn(file, args, { cwd, env, stdio: 'inherit' });
    } catch (error) {
      // Most of what the system refuses is told by an event, the rest is thrown.
      return resolve(explain(error));
    }
    // Ctrl-C and Ctrl-\ go to the whole foreground group: the command decides, and this process ends with it.
    const hold = () => undefined;
    process.on('SIGINT', hold).on('SIGQUIT', hold);
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    child.on('error', (error) => resolve(explain(error)));
    child.on('exit', (code, signal) => {
      process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM');
      if (signal !== null && PASSED_ON.has(signal)) process.kill(process.pid, signal);
      // A real-time signal has no name in Node, which tells of its end as of an exit with 0 (libuv's signo_string): that cannot be told apart.
      resolve(code ?? (signal === null ? EXIT.serviceFailed : 128 + constants.signals[signal]));
    });
  });
}

/** Ends as a shell does: with 127 where something is not there, with 126 where it cannot be run. */
function refuseStart({ code, message }: SpawnFailure, hint: string | null): Refusal {
  return refuse(code === 'ENOENT' ? 127 : 126, message, hint);
}
