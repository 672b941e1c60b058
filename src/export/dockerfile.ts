// An image for services that Node runs: the folder of the project with its packages.
import type { ProjectSpec, ServiceSpec } from '../spec.ts';
import type { ExportRequest } from './exported.ts';

const PROGRAMS = new Set(['node', 'npm', 'npx']);
const IMAGE = 'docker.io/library/node:22-slim';

export function isNodeService({ command }: ServiceSpec): boolean {
  return PROGRAMS.has(command[0]);
}

/** One image serves every service of a folder. */
export function dockerfileName({ cwd }: ServiceSpec, { dir }: ProjectSpec): string {
  const folder = cwd === dir ? '' : cwd.slice(dir.length + 1).replace(/[^A-Za-z0-9]+/g, '-');
  return folder === '' ? 'Dockerfile' : `Dockerfile.${folder}`;
}

export interface Image {
  readonly name: string;
  /** From the folder of the export. */
  readonly dockerfile: string;
  /** Of its services, from the project's; the whole project is the context of the build. */
  readonly folder: string;
  readonly stateDirs: readonly string[];
}

export function writeDockerfile({ name, dockerfile, folder, stateDirs }: Image, { exportPath, hasFile }: ExportRequest): string {
  const prefix = folder === '' ? '' : `${folder}/`;
  const manifests = ['package.json', 'package-lock.json'].filter((file) => hasFile(`${prefix}${file}`));
  const install = manifests.length === 2 ? 'npm ci --omit=dev' : 'npm install --omit=dev';
  const packages =
    manifests.length === 0
      ? ''
      : `COPY ${manifests.map((file) => prefix + file).join(' ')} ./${prefix}\nRUN cd ./${prefix} && ${install}\n`;
  const state = stateDirs.length === 0 ? '' : `RUN install -d -o node ${stateDirs.join(' ')}\n`;
  const path = exportPath === '' ? dockerfile : `${exportPath}/${dockerfile}`;
  return `# Built from the project's folder, as it holds the sources: docker build -t ${name} -f ${path} .
FROM ${IMAGE}
ENV NODE_ENV=production
WORKDIR /app
${packages}COPY . .
${state}USER node
`;
}

/** What is no part of an image, above all secrets and the state of this machine; it goes beside the Dockerfile under its name. */
export function writeDockerignore(stateFolder: string | null): string {
  const secrets = ['**/.env', '**/.env.*', '**/*.env'];
  return `${['.git', '**/node_modules', ...secrets, ...(stateFolder ? [stateFolder] : [])].join('\n')}\n`;
}
