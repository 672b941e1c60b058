import type { TestContext } from 'node:test';
import { parse } from 'yaml';
import { type Engine, exportProject } from '../../src/export/export-project.ts';
import { loadGood } from '../config/load-text.ts';

/** One of everything. */
export const SHOP = `name: Shop
env: {LOG_LEVEL: info}
services:
  db:
    image: docker.io/library/postgres:17
    command: [sleep, infinity]
    ports: {sql: 5432}
    env: {POSTGRES_PASSWORD: hunter2, PRICE: "5$ $(date) \${env.PERCENT}"}
    readiness: {exec: {command: [sleep, "0"]}, period: 250ms, start_timeout: 30s}
    stop: {signal: SIGINT, grace_period: 30s}
    memory: {soft: 200MiB, hard: 256MiB}
    restart: {max_crashes: 3, window: 60s, backoff: {initial: 1500ms, jitter: 0}}
  seed:
    type: job
    command: [node, seed.mjs]
  migrate:
    type: job
    command: [node, migrate.mjs]
    depends_on: {db: {condition: ready}, seed: {}}
  web:
    command: [node, server.mjs, --db, "127.0.0.1:5432"]
    cwd: web
    ports: {http: 8080, admin: 8081}
    env: {DATABASE_URL: "postgres://shop:\${env.DB_WORD}@127.0.0.1:5432/shop", FILE: "\${service.dir}/x", ROOT: "\${project.dir}/web"}
    depends_on: {db: {}, migrate: {}}
    readiness: {http: {url: "http://127.0.0.1:8080/health?deep=1"}}
    liveness: {http: {url: "http://127.0.0.1:8080/live"}}
    memory: {heap: 128MiB}
    success_exit: [0, 3]
    hooks: {pre_start: [sleep, "1"], pre_stop: [sleep, "2"], post_exit: [sleep, "3"]}
    watch: {paths: [web]}
    crash_rules: [{name: r, when: {exits: [9]}, then: [{retry: self}]}]
  nightly:
    type: job
    command: [node, report.mjs, "http://localhost:8080/"]
    depends_on: {web: {condition: ready}}
    restart: {policy: on-failure, max_attempts: 4}
`;

export const SHOP_FILES = {
  'omniroute.yaml': SHOP,
  'web/server.mjs': '',
  'package.json': '{}',
  'web/package.json': '{}',
  'web/package-lock.json': '{}',
};

export interface Shop {
  readonly files: Readonly<Record<string, string>>;
  readonly dir: string;
  /** `service key`, sorted. */
  readonly lost: readonly string[];
  /** Of these, what there is no working export with. */
  readonly fatal: readonly string[];
}

export function exportShop(t: TestContext, engine: Engine, text = SHOP): Shop {
  const env = { PATH: process.env['PATH'], DB_WORD: 'swordfish', PERCENT: '100%' };
  const { project, secrets } = loadGood(t, { ...SHOP_FILES, 'omniroute.yaml': text }, { env });
  const { files, losses } = exportProject(engine, {
    project,
    secrets: [...secrets, 'swordfish'],
    projectPath: '../..',
    exportPath: `deploy/${engine}`,
    hasFile: (path) => path in SHOP_FILES,
  });
  const names = (some: typeof losses): string[] => [...new Set(some.map(({ service, key }) => `${service} ${key}`))].sort();
  const lost = names(losses.filter(({ isDefault }) => !isDefault));
  return { files, dir: project.dir, lost, fatal: names(losses.filter(({ isFatal }) => isFatal)) };
}

/** The documents of a YAML text. */
// biome-ignore lint/suspicious/noExplicitAny: what an engine reads, looked at as data
export function documents(text: string | undefined): any[] {
  return (text ?? '').split('\n---\n').map((each) => parse(each));
}
