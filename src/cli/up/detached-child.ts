import { runDaemon } from '../../daemon/run.ts';
import { EXIT } from '../exit-code.ts';
import { openParent } from './boot-report.ts';
import { takeListenAddress } from './listen-token.ts';
import type { UpRequest } from './up-request.ts';

/** The detached supervisor: no terminal, no words; what it has to say is in its own log and in the journal. */
export async function superviseDetached(request: UpRequest): Promise<number> {
  const { report, released } = openParent();
  try {
    const result = await runDaemon({
      ...request,
      bin: process.argv[1] as string,
      listen: takeListenAddress(request.listen, process.env),
      mode: 'detached',
      observer: { onListening: (socket, listenProblem) => report({ type: 'started', socket, listenProblem }), released },
    });
    // Where it was handed over, its children live on, and Node would wait for them.
    if (result.type === 'ended') process.exit(result.exitCode);
    report(result);
    return EXIT.serviceFailed;
  } catch (error) {
    // Nobody sees this process's stderr: the parent, if it still listens, says it.
    report({ type: 'problem', message: `internal error: ${(error as Error).stack ?? error}`, exitCode: EXIT.internal });
    throw error;
  }
}
