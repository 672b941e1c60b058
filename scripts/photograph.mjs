// A picture of the dashboard of a running project, as a browser shows it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';

/** For the charts to have something to draw. */
const WATCHED_MS = 8_000;

export async function photographDashboard(dir, path) {
  const server = spawn(process.execPath, [resolve('dist/bin/omniroute.js'), 'dashboard', '--no-open', '--json'], {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [chunk] = await once(server.stdout, 'data');
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: process.getuid() === 0 ? ['--no-sandbox'] : [] });
  try {
    const page = await browser.newPage({ viewport: { width: 1100, height: 640 }, colorScheme: 'dark' });
    await page.goto(`${JSON.parse(chunk.toString('utf8')).url}#services/web`);
    await sleep(WATCHED_MS);
    await page.screenshot({ path });
  } finally {
    await browser.close();
    server.kill('SIGINT');
  }
}
