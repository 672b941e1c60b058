// The shell script that stands in a service's command, if that is what its program is.
import { closeSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ServiceSpec } from '../spec.ts';
import { isShell } from './shells.ts';

export interface Script {
  readonly path: string;
  readonly text: string;
}

/** Whoever writes more than this into a script is not told about its last line. */
const MAX_BYTES = 64 * 1024;

/** Null: the program is none, or a script that cannot be read, which its start will tell. Of names that PATH leads to none is looked at. */
export function readScript({ command: [program, argument = ''], cwd }: ServiceSpec): Script | null {
  const isArgument = isShell(program) && argument !== '' && !argument.startsWith('-');
  const path = isArgument ? argument : program;
  if (!isArgument && !path.includes('/')) return null;
  const text = readText(resolve(cwd, path));
  return text !== null && (isArgument || isShell(interpreterOf(text))) ? { path: resolve(cwd, path), text } : null;
}

/** `#!/bin/sh -e` and `#!/usr/bin/env bash` alike. */
function interpreterOf(text: string): string {
  return /^#!\s*(?:\S*\/env\s+(?:-S\s+)?)?(\S+)/.exec(text)?.[1] ?? '';
}

function readText(path: string): string | null {
  try {
    const fd = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(MAX_BYTES + 1);
      const length = readSync(fd, bytes, 0, bytes.length, 0);
      return length > MAX_BYTES ? null : bytes.toString('utf8', 0, length);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    return null;
  }
}
