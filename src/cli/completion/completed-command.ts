import type { CommandEntry } from '../command-table.ts';

/** A command as the shells need to know it. */
export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly completes: CommandEntry['completes'];
  /** Of its argument. */
  readonly choices: readonly string[];
  readonly options: readonly CompletedOption[];
}

export interface CompletedOption {
  readonly short: string | null;
  readonly long: string;
  readonly description: string;
  readonly takesValue: boolean;
  /** Its value is a file or a folder. */
  readonly takesPath: boolean;
  readonly choices: readonly string[];
}
