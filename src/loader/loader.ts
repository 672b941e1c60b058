// Reading the project's files is done outside the process that supervises: what parses and checks them costs it memory, which every
// fork copies, and no file, however odd, holds up or brings down what watches over services.
import type { LoadResult } from '../config/load.ts';

export interface LoadRequest {
  /** Absolute; merged in order, a later file wins. */
  readonly files: readonly string[];
  /** `service.port` → the number chosen for `auto`. */
  readonly autoPorts: Readonly<Record<string, number>>;
}

export interface Loader {
  /** It is likely to be asked this soon: it loads ahead, which counts as long as the files still say the same when it is asked. */
  prepare(request: LoadRequest): void;
  /** Never rejects: a loader that fails is a diagnostic. */
  load(request: LoadRequest): Promise<LoadResult>;
  /** It is not likely to be asked soon; nothing of it is left once this resolves. */
  rest(): Promise<void>;
}

/** What a loader process is told. `isAhead`: not to be answered yet. */
export type LoadOrder = LoadRequest & { readonly isAhead: boolean };

/** `crash`: a bug, with its stack. */
export type LoadAnswer = { readonly version: string } & ({ readonly result: LoadResult } | { readonly crash: string });

/** The first load has been begun by somebody else; null: it came to nothing. */
export function startWith(first: Promise<LoadResult | null>, loader: Loader): Loader {
  let pending: Promise<LoadResult | null> | null = first;
  return {
    prepare: (request) => loader.prepare(request),
    load: async (request) => {
      const begun = pending;
      pending = null;
      return (await begun) ?? loader.load(request);
    },
    rest: () => loader.rest(),
  };
}
