import { join } from 'node:path';
import { startDetached } from '../cli/up/start-detached.ts';
import type { UpRequest } from '../cli/up/up-request.ts';
import type { BootFailure } from '../daemon/boot.ts';
import { ProcessLoader } from '../loader/process-loader.ts';
import { createClient } from './client.ts';
import { type ProjectOptions, surroundingsOf } from './connect.ts';
import { type Failure, type FailureCode, fail, failInvalid, OmnirouteError, unwrap } from './failure.ts';
import { locateProject } from './locate-project.ts';
import type { DownOptions, ProjectClient } from './project-client.ts';
import { locateFiles, type Surroundings } from './project-files.ts';

/** This file ends up in dist/index.js. */
const BIN = join(import.meta.dirname, 'bin', 'omniroute.js');

export interface SupervisorOptions extends ProjectOptions {
  /**
   * False, the default: it runs in this process, and leaves its signals and uncaught errors alone. End it with `down`: services
   * outlive a process that just ends, until another supervisor takes them over. True: a process of its own, as `omniroute up -d`.
   */
  readonly detached?: boolean;
  /** Default: all that belong to no profile. */
  readonly services?: readonly string[];
  readonly profiles?: readonly string[];
  /** Default: true. */
  readonly withDependencies?: boolean;
  /** False: a run that ends is not followed by another. Default: true. */
  readonly recovery?: boolean;
  /** Instead of every service's own limits. */
  readonly maxRestarts?: number;
  /** Reload on save, unless the file says otherwise. Default: true. */
  readonly watch?: boolean;
  /** Serve the control API on this address too. */
  readonly listen?: { readonly host: string; readonly port: number; readonly token: string };
}

export interface Supervisor {
  readonly pid: number;
  readonly detached: boolean;
  readonly client: ProjectClient;
  /** Why the address of `listen` is not served; services run all the same. */
  readonly listenProblem: string | null;
  /**
   * Resolves once all is down, or all jobs of a project of jobs alone are over: 0, or 1 where one of those failed. 70: a bug in omniroute, all
   * services were killed. Null: its process was killed.
   */
  ended(): Promise<{ readonly exitCode: number | null }>;
  /** As the client's, and waits for the end of the supervisor. */
  down(options?: DownOptions): ReturnType<ProjectClient['down']>;
}

interface Started {
  readonly ok: true;
  readonly listenProblem: string | null;
  awaitEnd(): Promise<number | null>;
}

/**
 * Starts supervising a project. Resolves when the supervisor answers; services may still be starting: `client.wait()`. Rejects with an
 * OmnirouteError: `no-file`, `invalid-file`, `already-running`, `unknown-service`, `cannot-start`.
 */
export async function startSupervisor(options: SupervisorOptions = {}): Promise<Supervisor> {
  const surroundings = surroundingsOf(options);
  const { files } = unwrap(locateFiles(surroundings));
  const { detached = false, listen = null } = options;
  if (listen?.token === '') throw new OmnirouteError(fail('bad-request', 'listen needs a token'));
  const request: UpRequest = {
    files,
    services: options.services ?? [],
    profiles: options.profiles ?? [],
    withDependencies: options.withDependencies ?? true,
    takesOver: null,
    recovery: options.recovery ?? true,
    maxRestarts: options.maxRestarts ?? null,
    watch: options.watch ?? true,
    listen: listen && { host: listen.host, port: listen.port },
  };
  const started = unwrap(detached ? await startProcess(request, listen) : await startHere(request, listen));
  return handleOf(started, { ...surroundings, files }, detached);
}

async function handleOf({ listenProblem, awaitEnd }: Started, surroundings: Surroundings, detached: boolean): Promise<Supervisor> {
  const client = createClient(unwrap(await locateProject(surroundings)), surroundings, 'library');
  const { pid } = detached ? await client.project() : process;
  return {
    pid,
    detached,
    client,
    listenProblem,
    ended: async () => ({ exitCode: await awaitEnd() }),
    down: async (options) => {
      const result = await client.down(options);
      await awaitEnd();
      return result;
    },
  };
}

async function startHere(request: UpRequest, listen: SupervisorOptions['listen'] | null): Promise<Started | Failure> {
  const { runDaemon } = await import('../daemon/run.ts');
  return new Promise((resolve, reject) => {
    const result = runDaemon({
      ...request,
      bin: BIN,
      // Options of this process, such as those of a debugger or a test runner, are not its.
      loader: new ProcessLoader(BIN, []),
      listen: listen ?? null,
      mode: 'embedded',
      observer: { onListening: (_, listenProblem) => resolve({ ok: true, listenProblem, awaitEnd: () => ended }) },
    });
    const ended = result.then((end) => (end.type === 'ended' ? end.exitCode : null));
    result.then((end) => end.type !== 'ended' && resolve(failBoot(end)), reject);
  });
}

async function startProcess(request: UpRequest, listen: SupervisorOptions['listen'] | null): Promise<Started | Failure> {
  // Options of this process, such as those of a debugger or a test runner, are not the supervisor's.
  const executable = { bin: BIN, execArgv: [] };
  const started = await startDetached(executable, { ...request, listen: listen ?? null }, null);
  if (!started.ok) return fail('cannot-start', started.message);
  const { report, awaitExit, release } = started;
  release();
  if (report.type !== 'started') return failBoot(report);
  return { ok: true, listenProblem: report.listenProblem, awaitEnd: awaitExit };
}

const CODE_OF_EXIT: Readonly<Record<number, FailureCode>> = { 5: 'unknown-service', 75: 'already-running' };

function failBoot(failure: BootFailure): Failure {
  switch (failure.type) {
    case 'invalid':
      return failInvalid(failure.diagnostics);
    case 'locked': {
      const { pid } = failure.holder;
      const message = pid === 0 ? 'another omniroute is just starting this project' : `omniroute runs this project already, as ${pid}`;
      return fail('already-running', message, { advice: '`connect()` gives its client' });
    }
    case 'problem':
      return fail(CODE_OF_EXIT[failure.exitCode] ?? 'cannot-start', failure.message);
  }
}
