// A service as a container: what every engine that runs images needs to know of it.
import { isSecretName } from '../config/secret.ts';
import { fillOutputs, outputRefs } from '../output-ref.ts';
import { withOwnVariables } from '../process/environment.ts';
import type { ProjectSpec, ServiceSpec } from '../spec.ts';
import { dockerfileName, isNodeService } from './dockerfile.ts';
import { engineName } from './engine-name.ts';
import type { ExportRequest, Loss } from './exported.ts';
import { isLoopback } from './loopback.ts';

export interface Container {
  readonly service: ServiceSpec;
  /** As engines take names: lower case letters, digits and dashes. */
  readonly name: string;
  readonly image: string;
  /** That makes the image, by path from the folder of the export. */
  readonly dockerfile: string | null;
  readonly args: readonly string[];
  readonly workingDir: string | null;
  readonly env: Readonly<Record<string, string>>;
  /** Variables whose values are secrets. */
  readonly secretNames: readonly string[];
  /** Inside the container, where the service keeps its own files; null: it has none. */
  readonly stateDir: string | null;
}

/** Where the project's folder is in a generated image. */
const APP_DIR = '/app';
const STATE_DIR = '/state';
const LOOPBACK = /\b(?:127\.0\.0\.1|localhost)(?=:(\d+))/g;

export interface Containers {
  readonly containers: readonly Container[];
  readonly losses: readonly Loss[];
}

/** Where `service` is reached by another one; null: at 127.0.0.1, as on one machine. */
export type HostOf = (service: string, from: ServiceSpec) => string | null;

export function createContainers(request: ExportRequest, hostOf: HostOf): Containers {
  const losses: Loss[] = [];
  const containers = Object.values(request.project.services).map((service) => createContainer(service, request, hostOf, losses));
  return { containers, losses };
}

function createContainer(service: ServiceSpec, request: ExportRequest, hostOf: HostOf, losses: Loss[]): Container {
  const { project } = request;
  const built = service.image === null && isNodeService(service);
  const lose = (key: string, message: string, hint?: string, isFatal?: true): void => {
    losses.push({ service: service.name, key, message, ...(hint ? { hint } : {}), ...(isFatal ? { isFatal } : {}) });
  };
  const relative = within(service.cwd, project.dir);
  if (built && relative === null)
    lose('cwd', 'it is outside of the project, of which its image is made', 'name an image that holds it: `image: NAME`', true);
  if (service.image === null && !built)
    lose('image', 'there is no image that holds its program, and none is made but for Node', 'say which: `image: NAME`', true);
  const place = createPlacer(service, request, hostOf, lose);
  const variables = Object.entries(withOwnVariables(service, {}));
  const isSecret = ([name, value]: readonly [string, string]): boolean => isSecretName(name) || holdsSecret(value, request.secrets);
  const known = variables.filter((each) => !isSecret(each) && !dropsOutput(each, lose));
  const args = service.command.map((word) => place(nameOutputs(hideSecrets(word, request.secrets, lose), lose), 'command'));
  const env = Object.fromEntries(known.map(([name, value]) => [name, place(value, `env.${name}`)]));
  // The files do not hold it, but whoever gives it must know that addresses in it are others there.
  for (const [name, value] of variables.filter(isSecret)) place(value, `env.${name}`);
  if (!built && relative !== '') lose('cwd', 'it is a folder of this machine: the image has its own');
  if (args.some(isLoopback)) lose('command', 'at 127.0.0.1 only the container itself reaches it', 'let it listen on 0.0.0.0');
  for (const [name, value] of Object.entries(env))
    if (isLoopback(value)) lose(`env.${name}`, 'at 127.0.0.1 only the container itself reaches it', 'let it listen on 0.0.0.0');
  const stateDir = `${STATE_DIR}/${engineName(service.name)}`;
  return {
    service,
    name: engineName(service.name),
    image: service.image ?? imageName(service, project),
    dockerfile: built ? dockerfileName(service, project) : null,
    args,
    workingDir: built ? joinPath(APP_DIR, relative ?? '') : null,
    env,
    secretNames: variables.filter(isSecret).map(([name]) => name),
    stateDir: [...args, ...Object.values(env)].some((text) => text.includes(stateDir)) ? stateDir : null,
  };
}

/** Services of one folder share an image. It has a tag, as one without is looked for in a registry even where it was built. */
function imageName(service: ServiceSpec, project: ProjectSpec): string {
  return `${engineName(`${project.name} ${dockerfileName(service, project).slice('Dockerfile'.length)}`)}:local`;
}

function holdsSecret(value: string, secrets: readonly string[]): boolean {
  return secrets.some((secret) => value.includes(secret)) || /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:[^\s@/]+@/i.test(value);
}

type Lose = (key: string, message: string, hint?: string) => void;

function hideSecrets(word: string, secrets: readonly string[], lose: Lose): string {
  if (!holdsSecret(word, secrets)) return word;
  lose('command', 'it holds a secret, which is written as ***', 'let the program take it from a variable');
  return secrets.reduce((text, secret) => text.replaceAll(secret, '***'), word).replace(/(:\/\/[^\s:/@]*):[^\s@/]+@/g, '$1:***@');
}

function nameOutputs(word: string, lose: Lose): string {
  return fillOutputs(word, ({ service, output }) => {
    lose('command', `the output \`${output}\` of \`${service}\` is known to omniroute alone`, 'write its value where its name is now');
    return `${service}.${output}`;
  });
}

function dropsOutput([name, value]: readonly [string, string], lose: Lose): boolean {
  const refs = outputRefs(value);
  for (const { service, output } of refs) lose(`env.${name}`, `the output \`${output}\` of \`${service}\` is known to omniroute alone`);
  return refs.length > 0;
}

/** Texts of this machine as they are inside a container. */
function createPlacer(service: ServiceSpec, { project }: ExportRequest, hostOf: HostOf, lose: Lose) {
  const holders = new Map(Object.values(project.services).flatMap(({ name, ports }) => Object.values(ports).map((port) => [port, name])));
  const rehost = (text: string, key: string): string =>
    text.replace(LOOPBACK, (host, port: string) => {
      const holder = holders.get(Number(port));
      const elsewhere = holder === undefined || holder === service.name ? null : hostOf(holder, service);
      if (elsewhere === null) return host;
      lose(key, `\`${host}:${port}\`, where \`${holder}\` is, is \`${elsewhere}:${port}\` there`);
      return elsewhere;
    });
  const folders = Object.keys(project.services).map((name) => [`${project.stateDir}/${name}`, `${STATE_DIR}/${engineName(name)}`] as const);
  return (text: string, key: string): string => {
    const placed = folders.reduce((all, [from, to]) => all.replaceAll(from, to), text);
    return rehost(placed.replaceAll(project.stateDir, STATE_DIR).replaceAll(project.dir, APP_DIR), key);
  };
}

/** The rest of a path inside a folder; null: it is elsewhere. */
export function within(path: string, folder: string): string | null {
  if (path === folder) return '';
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : null;
}

export function joinPath(folder: string, path: string): string {
  return path === '' ? folder : `${folder}/${path}`;
}
