import { runDaemon } from '../../daemon/run.ts';
import { startWith } from '../../loader/loader.ts';
import { ProcessLoader } from '../../loader/process-loader.ts';
import { EXIT } from '../exit-code.ts';
import { TOKEN_VARIABLE } from './listen-token.ts';
import { openParent, type Parent } from './parent-link.ts';

/** The detached supervisor: no terminal, no words; what it has to say is in its own log and in the journal. */
export async function superviseDetached(): Promise<number> {
  const parent = findParent();
  const request = await parent?.request;
  if (!parent || !request) {
    process.stderr.write('omniroute: this is how `omniroute up -d` starts itself; it is of no use to anybody else\n');
    return EXIT.usage;
  }
  const { report, firstLoad, released } = parent;
  const bin = process.argv[1] as string;
  // No service inherits it.
  delete process.env[TOKEN_VARIABLE];
  try {
    const result = await runDaemon({
      ...request,
      bin,
      loader: startWith(firstLoad, new ProcessLoader(bin, process.execArgv)),
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

/** Null: there is none. */
function findParent(): Parent | null {
  try {
    return openParent();
  } catch {
    return null;
  }
}
