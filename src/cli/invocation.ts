// One call of the command line: the global options, resolved, and where its words go. stdout is data, stderr is talk.
import type { ColorChoice } from './color.ts';
import type { Refusal } from './exit-code.ts';
import { openScreen, type Screen } from './screen.ts';

export interface GlobalOptions {
  readonly file?: readonly string[];
  readonly json?: boolean;
  readonly color?: ColorChoice;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

export interface Invocation {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Project files as the user named them; empty: the nearest one upwards. */
  readonly files: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly out: Screen;
  readonly err: Screen;
}

export function createInvocation(options: GlobalOptions): Invocation {
  const choice = options.color ?? 'auto';
  return {
    json: options.json === true,
    quiet: options.quiet === true,
    verbose: options.verbose === true,
    files: options.file ?? [],
    env: process.env,
    cwd: process.cwd(),
    out: openScreen(process.stdout, choice, process.env),
    err: openScreen(process.stderr, choice, process.env),
  };
}

/** One JSON document, or with a stream one line of it. */
export function printJson(invocation: Invocation, document: object): void {
  const stamped = { schema: 1, ...document };
  invocation.out.write(`${invocation.out.redraws ? JSON.stringify(stamped, null, 2) : JSON.stringify(stamped)}\n`);
}

export function printJsonLine(invocation: Invocation, object: object): void {
  invocation.out.write(toJsonLine(object));
}

export function toJsonLine(object: object): string {
  return `${JSON.stringify({ schema: 1, ...object })}\n`;
}

/** Talk that -q silences. */
export function note(invocation: Invocation, text: string): void {
  if (!invocation.quiet) invocation.err.write(`${text}\n`);
}

/** Says why a command did not do what it was asked, and returns its exit code. With --json, stdout gets a document too. */
export function reportRefusal(invocation: Invocation, { exitCode, message, hint, diagnostics }: Refusal): number {
  const { paint } = invocation.err;
  // `diagnostics` stand where `validate --json` has them.
  if (invocation.json) printJson(invocation, { error: { exitCode, message, hint }, ...(diagnostics.length > 0 ? { diagnostics } : {}) });
  invocation.err.write(`${paint.red('omniroute:')} ${message}\n`);
  if (hint !== null) invocation.err.write(`${paint.dim(hint)}\n`);
  return exitCode;
}
