// A real browser, played by Debian's Chromium: what a person sees and clicks in the dashboard.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, type TestContext } from 'node:test';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { CliProcess } from './cli-process.ts';
import { type Project, projectTest } from './project.ts';

const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome']
  .map((program) => spawnSync('which', [program], { encoding: 'utf8' }).stdout?.trim())
  .find((path) => path);

let browser: Promise<Browser> | null = null;
after(async () => (await browser)?.close());

export interface Dashboard {
  readonly process: CliProcess;
  /** With the token. */
  readonly url: string;
  readonly origin: string;
  readonly port: number;
  readonly token: string;
}

/** A test in a browser; skipped where there is none. */
export function browserTest(name: string, body: (project: Project, visit: Visit) => Promise<void>): void {
  projectTest(name, async (project, context: TestContext) => {
    if (CHROMIUM === undefined) return context.skip('no Chromium is installed');
    // Root has no use for the sandbox, and Chromium refuses to start with it.
    browser ??= chromium.launch({ executablePath: CHROMIUM, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
    const visit = new Visit(project, await browser);
    try {
      await body(project, visit);
      assert.deepEqual(visit.complaints, [], 'errors of the page, and what its policy forbids');
    } finally {
      await visit.end();
    }
  });
}

export class Visit {
  /** What the browser's console says is wrong. */
  readonly complaints: string[] = [];
  readonly #project: Project;
  readonly #browser: Browser;
  readonly #ends: (() => Promise<unknown>)[] = [];

  constructor(project: Project, browser: Browser) {
    this.#project = project;
    this.#browser = browser;
  }

  /** `omniroute dashboard`, or another command that serves it. */
  async serve(...args: string[]): Promise<Dashboard> {
    const process = this.#project.start(...(args.length === 0 ? ['dashboard', '--no-open'] : args));
    this.#ends.push(async () => {
      process.signal('SIGINT');
      await process.finished();
    });
    const [url, origin, port, token] = await process.printed(/(http:\/\/127\.0\.0\.1:(\d+))\/\?token=(\S+)/);
    return { process, url, origin: origin as string, port: Number(port), token: token as string };
  }

  /** The address in a browser that nobody has used before. */
  async open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    this.#ends.unshift(() => context.close());
    const page = await context.newPage();
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      // An answer that is no is one that the page shows.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) this.complaints.push(message.text());
    });
    await page.goto(url);
    return page;
  }

  async end(): Promise<void> {
    for (const end of this.#ends) await end();
  }
}
