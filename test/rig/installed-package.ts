// The package as somebody has it who installs it: packed as it would be published, and installed by npm in the folder of a project.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after } from 'node:test';
import type { Project } from './project.ts';

/** What is published, packed once for all tests of a file; gone after them. */
export class PackedPackage {
  readonly #folder = mkdtempSync(join(realpathSync('/tmp'), 'or-packed-'));
  readonly #tarball: string;

  constructor() {
    after(() => rmSync(this.#folder, { recursive: true }));
    this.#tarball = join(this.#folder, npm(resolve('.'), 'pack', '--ignore-scripts', '--pack-destination', this.#folder).trim());
  }

  /** Offline: it depends on nothing that is not in it. */
  installInto(folder: string): void {
    // Else npm would look for one in the folders above.
    mkdirSync(join(folder, 'node_modules'));
    npm(folder, 'install', '--offline', '--no-audit', '--no-fund', this.#tarball);
  }

  /** From here on, the project's commands are those of the installed package. */
  installIn(project: Project): void {
    this.installInto(project.dir);
    project.executable = join(project.dir, 'node_modules/.bin/omniroute');
  }
}

function npm(cwd: string, ...words: string[]): string {
  return execFileSync('npm', ['--silent', ...words], { cwd, encoding: 'utf8' });
}
