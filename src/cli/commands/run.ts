import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Command } from 'commander';
import type { RunningProject } from '../../library/running-project.ts';
import { fillOutputs, outputRefs } from '../../output-ref.ts';
import { buildEnvironment } from '../../process/environment.ts';
import type { ServiceSpec } from '../../spec.ts';
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
Ports chosen by \`auto\` and outputs of other services are those of the running project. Exits as the command does.

Examples:
  omniroute run server -- npm test
  omniroute run server -- env`,
    );
  act<object, [string, string[]]>(command, async (invocation, _, name, words) => {
    const argv = words[0] === '--' ? words.slice(1) : words;
    if (argv.length === 0) return refuse(EXIT.usage, 'after -- a command is wanted', 'as in `omniroute run server -- npm test`');
    // What is said about a project that does not run is no matter here: only its ports and outputs would be of use.
    const silent = { ...invocation, json: false, err: { ...invocation.err, write: () => undefined } };
    const running = await openRunningProject(silent);
    const loaded = loadNamedProject(invocation, running.ok ? autoPortsOf(running) : {});
    if (!loaded.ok) return loaded;
    const { services } = loaded.loaded.project;
    const unknown = await refuseUnknown([name], Object.keys(services));
    if (unknown !== null) return unknown;
    const service = services[name] as ServiceSpec;
    return runCommand(service, environmentOf(invocation, service, running.ok ? running : null), argv);
  });
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

/** As a shell ends where a command is not there, or may not be executed. */
const SHELLS_CODES: Readonly<Record<string, number>> = { ENOENT: 127, EACCES: 126 };

function runCommand(service: ServiceSpec, env: Record<string, string>, argv: readonly string[]): Promise<number | Refusal> {
  return new Promise((resolve) => {
    const child = spawn(argv[0] as string, argv.slice(1), { cwd: service.cwd, env, stdio: 'inherit' });
    // Ctrl-C goes to the whole foreground group: the command decides, and this process ends with it.
    const hold = () => undefined;
    process.on('SIGINT', hold);
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    child.on('error', (error: NodeJS.ErrnoException) => {
      const exitCode = SHELLS_CODES[error.code ?? ''] ?? EXIT.serviceFailed;
      resolve(refuse(exitCode, `${argv[0]} could not be run in ${service.cwd}: ${error.message}`));
    });
    child.on('exit', (code, signal) => {
      process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM');
      if (signal !== null) process.kill(process.pid, signal);
      resolve(code ?? 128 + constants.signals[signal as NodeJS.Signals]);
    });
  });
}
