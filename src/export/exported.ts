// What an export makes: files, and what of the project is not in them.
import type { ProjectSpec } from '../spec.ts';

export interface ExportRequest {
  readonly project: ProjectSpec;
  /** Values that must stand in no file. */
  readonly secrets: readonly string[];
  /** From the folder of the files to the project's, as a relative path; `.` where they are the same. */
  readonly projectPath: string;
  /** The other way round; empty where they are the same. */
  readonly exportPath: string;
  /** Whether there is such a file, by its path from the project's folder. */
  hasFile(path: string): boolean;
}

export interface Exported {
  /** By path from the folder that they are written to. */
  readonly files: Readonly<Record<string, string>>;
  readonly losses: readonly Loss[];
}

/** Something that the other engine does not have, or has otherwise. */
export interface Loss {
  readonly service: string | null;
  /** Key of the file, such as `restart.max_attempts`. */
  readonly key: string;
  readonly message: string;
  readonly hint?: string;
  /** Without it there would be no working export. */
  readonly isFatal?: true;
  /** Of a key with a default: told only where it is written. */
  readonly isDefault?: true;
}
