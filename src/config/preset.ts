// What a ready-made service is: `uses: NAME` with options in `with:`. The presets themselves are data in presets/.
import type { ServiceFile } from './file.ts';

export interface Preset {
  readonly name: string;
  /** One sentence for lists and the reference. */
  readonly description: string;
  /** The keys that `with:` may have. */
  readonly options: Readonly<Record<string, PresetOption>>;
  /** Programs it needs, with what to do when one is missing. */
  readonly requires: readonly RequiredExecutable[];
  /** Combinations that no single option can refuse; null where all is well. `option` is where the mistake is shown (null: at `uses`). */
  check?(values: PresetValues): { readonly option: string | null; readonly message: string; readonly hint: string | null } | null;
  /** In the language of the file: the same keys and strings, `${...}` included. The user's keys are merged over it. */
  build(values: PresetValues, context: PresetContext): ServiceFile;
}

export interface PresetOption {
  /** `url`: with a scheme; `path`: absolute when `build` sees it. Values may hold `${...}` still. */
  readonly type: 'string' | 'number' | 'boolean' | 'url' | 'path';
  readonly description: string;
  readonly required?: boolean;
  readonly default?: string | number | boolean;
}

/** What `with:` says, after defaults; an option that is neither given nor has a default is absent. */
export type PresetValues = Readonly<Record<string, string | number | boolean>>;

export interface PresetContext {
  /** Name of the service that uses the preset. */
  readonly service: string;
}

export interface RequiredExecutable {
  /** As it stands first in a command. */
  readonly executable: string;
  /** How to get it. */
  readonly hint: string;
}
