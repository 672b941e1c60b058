import type { Diagnostic } from '../../config/diagnostic.ts';
import { renderDiagnostics } from '../../config/diagnostic.ts';
import type { DaemonHandle } from '../../daemon/options.ts';
import { runDaemon } from '../../daemon/run.ts';
import type { Loader } from '../../loader/loader.ts';
import type { Refusal } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import { openLiveView } from '../live-view.ts';
import { writeWithoutWaiting } from '../screen.ts';
import { attachForeground } from './attach.ts';
import { refuseBoot } from './boot-problem.ts';
import { announceToken, takeListenAddress } from './listen-token.ts';
import type { UpRequest } from './up-request.ts';

const LOOK_MS = 1000;

/** For a reader to take the last words. */
const UNREAD_MS = 1000;

export interface ForegroundOptions {
  readonly loader: Loader;
  readonly showsLogs: boolean;
  /** Null: no dashboard; 0: on any free port. */
  readonly dashboardPort: number | null;
}

/** Supervises in this process until it is told to stop. When another one holds the project already, shows that one. */
export async function upForeground(
  invocation: Invocation,
  request: UpRequest,
  { loader, showsLogs, dashboardPort }: ForegroundOptions,
): Promise<number | Refusal> {
  if (dashboardPort === null) return superviseOrAttach(invocation, request, loader, { showsLogs, onReachable: () => undefined });
  let socket: string | null = null;
  const { startDashboard } = await import('../dashboard/start-dashboard.ts');
  const dashboard = await startDashboard(invocation, { port: dashboardPort, opens: true, findSocket: () => socket });
  if (!dashboard.ok) {
    await loader.rest();
    return dashboard;
  }
  try {
    return await superviseOrAttach(invocation, request, loader, {
      showsLogs,
      onReachable: (found, stateDir) => {
        socket = found;
        dashboard.announce(stateDir);
      },
    });
  } finally {
    await dashboard.close();
  }
}

interface Shown {
  readonly showsLogs: boolean;
  /** A supervisor answers at the socket, this one or the one that was there. */
  readonly onReachable: (socket: string, stateDir: string) => void;
}

async function superviseOrAttach(invocation: Invocation, request: UpRequest, loader: Loader, shown: Shown): Promise<number | Refusal> {
  writeWithoutWaiting(process.stdout);
  writeWithoutWaiting(process.stderr);
  const view = openLiveView(invocation, { json: invocation.json });
  const listen = takeListenAddress(request.listen, process.env);
  let handle: DaemonHandle | null = null;
  // What is waited for changes without an entry.
  const looking = invocation.err.redraws ? setInterval(() => handle && view.show(handle.snapshot().services), LOOK_MS).unref() : undefined;
  const result = await runDaemon({
    ...request,
    bin: process.argv[1] as string,
    listen,
    loader,
    mode: 'foreground',
    observer: {
      onStart: (started) => {
        handle = started;
      },
      onListening: (socket, problem) => {
        if (problem === null) announceToken(invocation, listen);
        if (handle !== null) shown.onReachable(socket, handle.snapshot().stateDir);
      },
      onEntry: (entry) => {
        view.entry(entry);
        if (entry.type === 'config-invalid' && handle !== null) view.talk(renderBrokenFile(invocation, handle));
      },
      ...(shown.showsLogs ? { onLine: view.line } : {}),
    },
  });
  clearInterval(looking);
  view.close();
  switch (result.type) {
    case 'locked':
      return attachForeground(invocation, request, { socket: result.socket, pid: result.holder.pid }, shown);
    case 'ended':
      // The shell must see that this ended by the signal, or a loop around it would go on.
      if (result.signal !== null) process.removeAllListeners(result.signal) && process.kill(process.pid, result.signal);
      // What nobody reads must not keep this process; that output was lost counts as well (`main.ts`).
      setTimeout(() => process.exit(Number(process.exitCode ?? 0) || result.exitCode), UNREAD_MS).unref();
      return result.exitCode;
    default:
      return refuseBoot(invocation, result);
  }
}

/** A broken edit, with its places, while all goes on as before. */
function renderBrokenFile(invocation: Invocation, handle: DaemonHandle): string {
  const diagnostics = handle.snapshot().file.diagnostics as readonly Diagnostic[];
  return `${renderDiagnostics(diagnostics, { color: invocation.err.color, cwd: invocation.cwd }).trimEnd()}\n`;
}
