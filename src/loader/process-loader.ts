// Loads in a process of its own, which is there only while it is needed.
import type { Diagnostic } from '../config/diagnostic.ts';
import type { LoadResult } from '../config/load.ts';
import { hashSources } from '../config/sources.ts';
import type { LoadAnswer, Loader, LoadRequest } from './loader.ts';
import { LoaderChild, NoAnswer } from './loader-child.ts';

declare const __VERSION__: string;

/** Longer than it takes from the first sign of a save to the load. */
const IDLE_MS = 2_000;

export class ProcessLoader implements Loader {
  readonly #start: () => LoaderChild;
  #current: LoaderChild | null = null;
  #idle: NodeJS.Timeout | null = null;
  #isAsked = false;

  /** `bin`: omniroute's executable; `execArgv`: options for Node. */
  constructor(bin: string, execArgv: readonly string[]) {
    this.#start = () => new LoaderChild(bin, execArgv);
  }

  prepare(request: LoadRequest): void {
    if (this.#isAsked) return;
    this.#child().prepare(request);
    this.#idle = setTimeout(() => void this.rest(), IDLE_MS).unref();
  }

  async load(request: LoadRequest): Promise<LoadResult> {
    this.#isAsked = true;
    // Before it is asked: what is saved while it fails was not read, and must not be taken as known.
    const unread: Unread = { sources: request.files, sourcesHash: hashSources(request.files) };
    try {
      return judge(await this.#child().ask(request), unread);
    } finally {
      this.#isAsked = false;
    }
  }

  async rest(): Promise<void> {
    this.#keepAwake();
    const child = this.#current;
    this.#current = null;
    await child?.end();
  }

  #child(): LoaderChild {
    this.#keepAwake();
    if (this.#current?.isUsable !== true) this.#current = this.#start();
    return this.#current;
  }

  #keepAwake(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
  }
}

/** What there was to read. */
type Unread = Pick<Extract<LoadResult, { ok: false }>, 'sources' | 'sourcesHash'>;

function judge(answer: LoadAnswer | NoAnswer, unread: Unread): LoadResult {
  if (answer instanceof NoAnswer) return failed(unread, `the process that reads the project file failed: ${answer.reason}`, null);
  if (answer.version !== __VERSION__) {
    const message = `the omniroute that is installed is ${answer.version} by now, and this one, ${__VERSION__}, cannot have it read the project file`;
    return failed(unread, message, '`omniroute upgrade` has it take over; services run on');
  }
  if ('crash' in answer) return failed(unread, `internal error while the project file was read: ${answer.crash}`, null);
  return answer.result;
}

function failed(unread: Unread, message: string, hint: string | null): LoadResult {
  const diagnostic: Diagnostic = {
    severity: 'error',
    code: 'not-read',
    message,
    place: null,
    length: 0,
    hint,
    excerpt: [],
    service: null,
  };
  return { ok: false, diagnostics: [diagnostic], ...unread };
}
