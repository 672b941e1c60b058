// `name: command` lines, as Heroku, foreman and their kin run them.
import type { SourceFile } from '../config/source-file.ts';
import type { Draft } from './draft.ts';
import { Field } from './field.ts';
import { writeCommand } from './shell-line.ts';
import type { Surroundings } from './surroundings.ts';

const LINE = /^([A-Za-z0-9_-]+):[ \t]*(.*)$/;
/** The port that foreman gives to the first process; each further one gets 100 more. */
const FIRST_PORT = 5000;

export function readProcfile(source: SourceFile, draft: Draft, { hasFile }: Surroundings): void {
  if (hasFile('.env')) draft.project.env_file = [{ path: '.env', required: false }];
  const lines = new Map<string, Field>();
  for (const field of readLines(source, draft)) {
    lines.get(field.name)?.lost('it stands here twice, and the later line wins', 'keep one of them');
    lines.set(field.name, field);
  }
  for (const [index, field] of [...lines.values()].entries()) addProcess(field, index, draft);
  orderRelease(draft);
}

function readLines(source: SourceFile, draft: Draft): Field[] {
  const fields: Field[] = [];
  let start = 0;
  for (const raw of source.text.split('\n')) {
    const line = raw.trimEnd();
    const span = { source, start, end: start + line.length };
    const [, name, command] = LINE.exec(line) ?? [];
    start += raw.length + 1;
    if (name !== undefined && command) {
      const key = { ...span, end: span.start + name.length };
      fields.push(
        new Field(
          name,
          { key, node: { kind: 'scalar', value: command, text: command, span } },
          { problems: draft.problems, service: null },
        ),
      );
    } else if (name !== undefined) {
      draft.problems.add(span, { code: 'no-command', message: `\`${name}\` does not say what to run` });
    } else if (line.trim() !== '' && !/^\s*#/.test(line)) {
      draft.problems.add(span, { code: 'bad-line', message: 'this is no `name: command` line', hint: 'a comment begins with #' });
    }
  }
  return fields;
}

function addProcess(field: Field, index: number, draft: Draft): void {
  const command = field.text() as string;
  const service = draft.add(field.name, field.key);
  Object.assign(service.keys, writeCommand(command));
  // Foreman gives every process a port; it matters to those that say so, and to `web`, which serves it.
  if (field.name === 'web' || /\$\{?PORT\b/.test(command)) draft.addPort(service, field.of(service.name), FIRST_PORT + 100 * index, 'http');
  if (field.name === 'release') service.keys.type = 'job';
}

/** Heroku runs `release` to its end before it starts anything else. */
function orderRelease(draft: Draft): void {
  const [release] = draft.namesOf('release') ?? [];
  if (release === undefined) return;
  for (const { name, keys } of draft.services.values()) if (name !== release) keys.depends_on = [release];
}
