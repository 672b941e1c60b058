import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { act } from '../act.ts';
import { EXIT, refuse } from '../exit-code.ts';
import { note, printJson } from '../invocation.ts';
import { findServices, type Hints, writeProjectText } from '../project-template.ts';

export function define(command: Command): void {
  command.addHelpText(
    'after',
    `
Writes ./omniroute.yaml with a service for each line of a Procfile, else for the "start" script or "main" of package.json,
and explains every key it uses. Never overwrites a file.

Example:
  omniroute init && omniroute up`,
  );
  act<object, []>(command, async (invocation) => {
    const path = join(invocation.cwd, 'omniroute.yaml');
    const hints: Hints = {
      packageJson: readIfThere(join(invocation.cwd, 'package.json')),
      procfile: readIfThere(join(invocation.cwd, 'Procfile')),
      hasFile: (path) => existsSync(join(invocation.cwd, path)),
    };
    const services = findServices(hints);
    try {
      writeFileSync(path, writeProjectText(basename(invocation.cwd), services), { flag: 'wx' });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') return refuse(EXIT.usage, `${path} is there already, and is left as it is`, '`omniroute validate` checks it');
      return refuse(EXIT.serviceFailed, `${path} could not be written: ${message}`);
    }
    const names = services.map((service) => service.name);
    if (invocation.json) printJson(invocation, { ok: true, file: path, services: names });
    else note(invocation, `wrote ${path} with ${names.join(', ')}; next: omniroute up`);
    return EXIT.done;
  });
}

function readIfThere(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}
