// What `init` writes: a file to begin with, made from what lies in the folder.
import { NPM_PATH } from '../import/package-json.ts';
import { writeCommand } from '../import/shell-line.ts';

export interface Hints {
  readonly packageJson: string | null;
  /** Whether there is such a file, by its path from the folder. */
  hasFile(path: string): boolean;
}

export interface TemplateService {
  readonly name: string;
  /** As a shell would run it. */
  readonly line: string;
  readonly comment: string;
  /** npm puts the programs of the packages before PATH. */
  readonly ofPackage: boolean;
}

const EXAMPLE: TemplateService = {
  name: 'clock',
  line: 'while true; do date; sleep 5; done',
  comment: 'an example: put your own command here',
  ofPackage: false,
};

/** From package.json, else an example that runs anywhere. A file that cannot be read as such gives nothing. */
export function findService({ packageJson, hasFile }: Hints): TemplateService {
  return (packageJson === null ? null : readPackage(packageJson, hasFile)) ?? EXAMPLE;
}

function readPackage(text: string, hasFile: Hints['hasFile']): TemplateService | null {
  try {
    const { scripts, main } = JSON.parse(text) as { scripts?: Record<string, unknown>; main?: unknown };
    // Run by name, not through npm: npm would stand between omniroute's signals and the program.
    if (typeof scripts?.start === 'string')
      return { name: 'app', line: scripts.start, comment: 'the start script of package.json', ofPackage: true };
    // `npm init` names an index.js that need not be there.
    if (typeof main === 'string' && hasFile(main))
      return { name: 'app', line: `node ${main}`, comment: 'the main file of package.json', ofPackage: false };
  } catch {
    // A package.json that does not parse says nothing about how to start.
  }
  return null;
}

/** The text of omniroute.yaml. */
export function writeProjectText(folderName: string, service: TemplateService): string {
  const name =
    folderName
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, '-')
      .replace(/^[^a-z0-9]+|-+$/g, '')
      .slice(0, 64) || 'project';
  return `# What belongs together on this machine. Check it with \`omniroute validate\`, start it with \`omniroute up\`.
# Every key: \`omniroute schema\`, and docs/reference.md of omniroute. Save this file while it runs: only what changed is touched.
version: 1
name: ${name}

services:
${writeService(service)}
  # One more, with what most services want sooner or later:
  # api:
  #   command: [node, server.js]       # argv, without a shell
  #   cwd: ./api
  #   ports: {http: 8080}              # exported as PORT and PORT_HTTP; checked before each start
  #   env: {NODE_ENV: production}
  #   env_file: [.env]
  #   depends_on: [${service.name}]
  #   readiness:                       # dependents wait for it; \`up -d\` returns when it succeeds
  #     http: {url: "http://127.0.0.1:\${ports.http}/health"}
  #   memory: {hard: 1GiB}             # over it: restarted
`;
}

function writeService(service: TemplateService): string {
  const { command, shell } = writeCommand(service.line);
  const run =
    command === undefined
      ? `shell: ${JSON.stringify(shell)}`
      : `command: [${[command]
          .flat()
          .map((word) => quote(String(word)))
          .join(', ')}]`;
  return `  # ${service.comment}
  ${service.name}:
    ${run}${service.ofPackage ? `\n    env: {PATH: "${NPM_PATH}"}` : ''}
    restart: {policy: always}          # on-failure | never; backs off while it keeps crashing
    stop: {grace_period: 10s}          # from the stop signal to SIGKILL
`;
}

/** JSON is YAML; what can be nothing but a text does without quotes. */
function quote(word: string): string {
  return /^(?:[./]*[a-z][\w./-]*|--?[a-z][\w-]*)$/i.test(word) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(word)
    ? word
    : JSON.stringify(word);
}
