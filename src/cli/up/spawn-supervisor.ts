import type { LoadResult } from '../../config/load.ts';
import { EXIT, type Refusal, refuse } from '../exit-code.ts';
import { type ListenAddress, TOKEN_VARIABLE, takeListenAddress } from './listen-token.ts';
import { type Detached, startDetached } from './start-detached.ts';
import type { UpRequest } from './up-request.ts';

export interface Starting {
  readonly started: Promise<Detached | Refusal>;
  /** Where it will serve its API, and with which token. */
  readonly listen: ListenAddress | null;
}

/** This very executable, once more; it is on its way when this returns. */
export function spawnSupervisor(request: UpRequest): Starting {
  const listen = takeListenAddress(request.listen, { ...process.env });
  return { started: start(request, listen), listen };
}

async function start(request: UpRequest, listen: ListenAddress | null): Promise<Detached | Refusal> {
  const executable = { bin: process.argv[1] as string, execArgv: process.execArgv };
  const started = await startDetached(executable, { ...request, listen }, () => loadFor(request));
  if (started.ok) return started;
  if (started.reason === 'unspawnable') return refuse(EXIT.serviceFailed, started.message);
  if (started.reason === 'killed')
    return refuse(
      EXIT.serviceFailed,
      started.message,
      'what it has started runs on: `omniroute up` takes it over, `omniroute down` stops it',
    );
  return refuse(EXIT.internal, started.message, '`omniroute up` without -d shows what it says');
}

/** In this process, which has nothing to do while the supervisor starts. The token is no variable of the project there either. */
async function loadFor({ files }: UpRequest): Promise<LoadResult> {
  const { loadNow } = await import('../../loader/load-now.ts');
  return loadNow({ files, autoPorts: {} }, { ...process.env, [TOKEN_VARIABLE]: undefined });
}
