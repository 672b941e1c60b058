// Files of one folder share its state folder where they do not name their own: what is asked of one must not be done to the other.
import { existsSync } from 'node:fs';
import type { ProjectSnapshot } from '../control/protocol.ts';
import { realPath } from '../control/real-path.ts';
import { type Failure, fail } from './failure.ts';
import type { LocatedProject } from './locate-project.ts';

type Asked = Pick<LocatedProject, 'files' | 'stateDir'>;

/** Null where what runs is the project of these files: of one of them to be asked, of `every` one to be started. */
export function refuseOtherProject(asked: Asked, { file, pid }: ProjectSnapshot, how: 'some' | 'every'): Failure | null {
  const running = new Set(file.paths.map(realPath));
  const strange = asked.files.filter((path) => !running.has(realPath(path)));
  // With a mistake in the first of several files the others were not read.
  const enough = how === 'some' || file.status === 'invalid' ? 1 : asked.files.length;
  if (asked.files.length - strange.length >= enough) return null;
  const [main] = file.paths;
  // Renamed, it may well be the one that is asked for.
  if (main === undefined || !existsSync(main)) return null;
  const message = `${strange.join(', ')} is not what runs here: omniroute ${pid} holds ${asked.stateDir} for ${main}`;
  return fail('already-running', message, {
    advice: `give the file a \`state_dir\` of its own to run both, or stop that one first: \`omniroute -f ${main} down\``,
  });
}
