// The dashboard, as a person has it: real services, a real browser.
import assert from 'node:assert/strict';
import { realpathSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { UsageHistory } from '../../src/control/protocol.ts';
import { ask } from '../control/ask.ts';
import { browserTest } from '../rig/browser.ts';
import { projectTest } from '../rig/project.ts';

const TWO = `
name: shop
services:
  db: { command: puppet db, description: the database }
  web:
    command: puppet web
    depends_on: [db]
    memory: { hard: 1GiB }
    restart: { backoff: { first: 10m, initial: 10m, max: 10m } }
`;

const inState = (name: string, state: string): string => `[data-service="${name}"][data-state="${state}"]`;

/** Lines in the page at the moment, and those that it has received. */
async function countLines(page: Page): Promise<{ rows: number; received: number }> {
  const title = (await page.locator('#line-count').getAttribute('title')) ?? '';
  return { rows: await page.locator('.log-row').count(), received: Number.parseInt(title, 10) };
}

browserTest('a crash is seen as it happens, with its cause, and the service is started again by a click', async (project, visit) => {
  project.write(TWO);
  await project.succeed('up', '-d');
  const { url } = await visit.serve();
  const page = await visit.open(url);
  await page.locator(inState('db', 'ready')).waitFor();
  await page.locator(inState('web', 'ready')).waitFor();
  assert.doesNotMatch(page.url(), /token/);
  assert.equal(await page.title(), 'shop · omniroute');
  await page.locator('.summary', { hasText: '2 of 2 up' }).waitFor();
  await (await project.puppet('web').nextRun()).exit(7);
  const crashed = page.locator(inState('web', 'backoff'));
  await crashed.getByText('exit 7').waitFor();
  await crashed.getByRole('button', { name: 'web', exact: true }).click();
  await page.locator('.chain', { hasText: 'exit 7' }).waitFor();
  await crashed.getByRole('button', { name: 'restart web' }).click();
  await page.locator(inState('web', 'ready')).waitFor();
  await page.getByRole('link', { name: 'timeline' }).click();
  await page.locator('.timeline li', { hasText: 'crashed' }).getByText('exit 7').waitFor();
});

browserTest('what waits for its time alone is not missing among what is up', async (project, visit) => {
  project.write(`${TWO}  nightly: { type: job, command: puppet nightly, schedule: "0 2 29 2 *" }\n`);
  await project.succeed('up', '-d');
  const page = await visit.open((await visit.serve()).url);
  await page.locator(inState('nightly', 'waiting')).waitFor();
  await page.locator('.summary.good', { hasText: '2 of 2 up' }).waitFor();
});

browserTest('charts begin with what was used before the page was opened', async (project, visit) => {
  project.write(TWO);
  await project.succeed('up', '-d');
  // Whoever looks adds to the history; the next sample is ten seconds away.
  await project.succeed('ps');
  const socket = realpathSync(join(project.stateDir, 'supervisor', 'control.sock'));
  const { times, services } = (await ask(socket, '/v1/usage')).json() as UsageHistory;
  assert.deepEqual([times.length, Object.keys(services).sort()], [1, ['db', 'web']]);
  assert.ok((services['web']?.memoryBytes[0] ?? 0) > 1_000_000);
  const { url } = await visit.serve();
  const page = await visit.open(url);
  const chart = page.locator('[data-service="web"] .chart').first();
  await page.locator('[data-service="web"] .chart[data-since]').first().waitFor();
  assert.equal(Number(await chart.getAttribute('data-since')) * 1000, times[0]);
});

browserTest('services are stopped and started from the page, by click and by key', async (project, visit) => {
  project.write(TWO);
  await project.succeed('up', '-d');
  const { url } = await visit.serve();
  const page = await visit.open(url);
  await page.getByRole('button', { name: 'stop web' }).click();
  await page.locator(inState('web', 'stopped')).waitFor();
  assert.equal((await project.service('web')).desired, 'down');
  assert.match(await project.succeed('why', 'web'), /dashboard/);
  await page.getByRole('button', { name: 'start web' }).click();
  await page.locator(inState('web', 'ready')).waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.getByRole('complementary', { name: 'details of web' }).waitFor();
  await page.keyboard.press('Shift+S');
  await page.locator(inState('web', 'stopped')).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('complementary').waitFor({ state: 'detached' });
});

browserTest('logs come live with their colours; escapes, markup and a megabyte in a line are text', async (project, visit) => {
  project.write(TWO);
  await project.succeed('up', '-d');
  const [db, web] = await Promise.all([project.puppet('db').nextRun(), project.puppet('web').nextRun()]);
  const { url } = await visit.serve();
  const page = await visit.open(`${url}#logs`);
  await db.print('\u001B[31mred\u001B[0m and \u001B[38;2;1;2;3mexact\u001B[0m\n');
  await web.print('<img src=x onerror="document.title=1"> \u001B]0;title\u0007\u001B[2J\u001B[Hdone\u0000\n', 'stderr');
  await web.print(`${'x'.repeat(1_000_000)}\n`);
  await page.locator('.ansi-red-fg', { hasText: 'red' }).waitFor();
  assert.equal(await page.getByText('exact').evaluate((element) => getComputedStyle(element).color), 'rgb(1, 2, 3)');
  assert.equal(await page.locator('.log-row.err .text').innerText(), '<img src=x onerror="document.title=1"> done␀');
  await page.getByText(/… \d+ more characters/).click();
  await page.getByText(/more characters are in the log file of web/).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('RED');
  await page.locator('.log-row').nth(1).waitFor({ state: 'detached' });
  assert.equal(await page.locator('mark').innerText(), 'red');
  await page.getByRole('searchbox').fill('/(/');
  await page
    .getByText(/Invalid regular expression/)
    .first()
    .waitFor();
  await page.getByRole('searchbox').fill('');
  await page.getByRole('button', { name: 'web', exact: true }).first().click();
  await page.locator('.log-row.out .who', { hasText: 'db' }).waitFor({ state: 'detached' });
  await page.locator('.log-row.err').waitFor();
});

browserTest('a flood of 100,000 lines leaves the page answering, and bounded', async (project, visit) => {
  project.write(TWO);
  await project.succeed('up', '-d');
  const web = await project.puppet('web').nextRun();
  const { url } = await visit.serve();
  const page = await visit.open(`${url}#logs`);
  await web.print('begin\n');
  await page.getByText('begin', { exact: true }).waitFor();
  // Counts what is drawn while the flood comes in: a page that hangs draws nothing between its beginning and its end.
  await page.evaluate(() => {
    const seen = new Set<string>();
    const look = (): void => {
      seen.add(document.getElementById('line-count')?.title ?? '');
      Object.assign(globalThis, { drawnStates: seen.size });
      requestAnimationFrame(look);
    };
    look();
  });
  for (let n = 0; n < 100_000; n += 10_000) {
    await web.print(Array.from({ length: 10_000 }, (_, k) => `\u001B[32mline\u001B[0m ${n + k} of the flood\n`).join(''));
    if (n !== 50_000) continue;
    await page.getByRole('link', { name: 'services' }).click();
    await page.locator(inState('web', 'ready')).waitFor();
    await page.getByRole('link', { name: 'logs' }).click();
  }
  await page.getByText('99999 of the flood').waitFor();
  const { rows, received } = await countLines(page);
  assert.equal(received, 100_001);
  assert.ok(rows < 100, `${rows} rows are in the page`);
  assert.ok((await page.evaluate(() => Number((globalThis as { drawnStates?: number }).drawnStates))) > 20, 'it is drawn meanwhile');
  await page.getByRole('searchbox').fill('99998 of');
  await page.locator('mark', { hasText: '99998 of' }).waitFor();
});

browserTest('a wrong token shows nothing, and the page says what to do', async (project, visit) => {
  project.write(TWO);
  await project.succeed('up', '-d');
  const { url, origin } = await visit.serve();
  const page = await visit.open(origin);
  await page.getByRole('alert').getByText('opened without its token').waitFor();
  assert.equal(await page.locator('[data-service]').count(), 0);
  const yesterday = await visit.open(`${origin}/?token=wrong`);
  await yesterday.getByRole('alert').getByText('the token is wrong').waitFor();
  await page.evaluate(() => sessionStorage.setItem('omniroute-token', 'wrong'));
  await page.reload();
  await page.getByRole('alert').getByText('the token is wrong').waitFor();
  await page.goto(url);
  await page.locator(inState('web', 'ready')).waitFor();
});

browserTest('a page of another origin gets nothing and commands nothing', async (project, visit) => {
  project.write(TWO);
  await project.succeed('up', '-d');
  const { origin, token } = await visit.serve();
  const other = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<title>elsewhere</title>'));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  try {
    const page = await visit.open(`http://127.0.0.1:${(other.address() as AddressInfo).port}`);
    const outcomes = await page.evaluate(
      async ([base, secret]) => {
        const headers = { authorization: `Bearer ${secret}` };
        const attempt = (path: string, init: RequestInit): Promise<string> =>
          fetch(`${base}${path}`, init).then(
            (answer) => answer.type,
            () => 'refused',
          );
        return Promise.all([
          attempt('/v1/project', { headers }),
          attempt('/v1/services/web/stop', { method: 'POST', headers }),
          attempt('/v1/services/web/stop', { method: 'POST', mode: 'no-cors' }),
          attempt('/', { mode: 'no-cors' }),
        ]);
      },
      [origin, token] as const,
    );
    // The browser's own complaints about just that.
    visit.complaints.splice(0);
    assert.deepEqual(outcomes.slice(0, 2), ['refused', 'refused']);
    assert.equal(outcomes.includes('basic'), false);
    assert.equal((await project.service('web')).state, 'ready');
    const framed = page.locator('iframe');
    await page.evaluate((address) => document.body.append(Object.assign(document.createElement('iframe'), { src: address })), origin);
    await framed.waitFor();
    assert.equal(await page.frameLocator('iframe').locator('#page').count(), 0);
    visit.complaints.splice(0);
  } finally {
    other.closeAllConnections();
    other.close();
  }
});

browserTest('every view fits a telephone, in light and dark', async (project, visit) => {
  project.write(TWO.replace('shop', 'a-project-with-quite-a-long-name-for-a-telephone'));
  await project.succeed('up', '-d');
  await (await project.puppet('web').nextRun()).print(`${'a long line '.repeat(100)}\n`);
  const { url } = await visit.serve();
  const grounds: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await visit.open(url, { viewport: { width: 360, height: 740 }, colorScheme });
    await page.locator(inState('web', 'ready')).waitFor();
    for (const [view, shown] of Object.entries({
      services: '.row .name',
      'services/web': '.detail .chart:not(.small)',
      logs: '.log-row',
      timeline: '.timeline li',
      file: '.plan',
    })) {
      await page.evaluate((hash) => Object.assign(location, { hash }), view);
      await page.locator(shown).first().waitFor();
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.equal(width, 360, `${view} is ${width} pixels wide`);
    }
    grounds.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
  }
  assert.deepEqual(grounds, ['rgb(246, 247, 249)', 'rgb(16, 19, 24)']);
});

browserTest('a broken file is shown with its place, a good one with what a reload would do', async (project, visit) => {
  project.write(TWO);
  await project.succeed('up', '-d', '--no-watch');
  const { url } = await visit.serve();
  const page = await visit.open(`${url}#file`);
  await page.getByText('nothing: the file says what runs').waitFor();
  project.write(TWO.replace('memory:', 'memmory:'));
  await page.getByRole('button', { name: 'compare again' }).click();
  assert.equal(await page.locator('.diagnostic mark').innerText(), 'memmory');
  await page.getByRole('heading', { name: 'omniroute.yaml:8:5 error unknown-key' }).waitFor();
  project.write(TWO.replace('1GiB', '2GiB').replace('puppet db', 'puppet db again'));
  await page.getByRole('button', { name: 'compare again' }).click();
  await page.locator('.plan li', { hasText: 'restarts db' }).getByText('command').waitFor();
  await page.locator('.plan li', { hasText: 'changes in place web' }).getByText('memory').waitFor();
  await page.getByRole('button', { name: 'reload' }).click();
  await page.getByRole('heading', { name: 'generation 2' }).waitFor();
});

browserTest('the page goes on by itself when omniroute is gone and comes back', async (project, visit) => {
  project.write(TWO);
  await project.succeed('up', '-d');
  const { url } = await visit.serve();
  const page = await visit.open(url);
  await page.locator(inState('web', 'ready')).waitFor();
  await project.succeed('down');
  await page.getByRole('alert').getByText('omniroute does not run').waitFor();
  await project.succeed('up', '-d', 'db', '--no-deps');
  await page.locator(inState('web', 'stopped')).waitFor();
  await page.getByRole('alert').waitFor({ state: 'detached' });
  // The journal of the one that runs now, from its beginning.
  await page.getByRole('link', { name: 'timeline' }).click();
  await page.getByText(`pid ${(await project.snapshot()).pid}, detached`).waitFor();
  assert.equal(await page.locator('.timeline li', { hasText: 'supervisor-started' }).count(), 1);
});

browserTest('up --dashboard serves it for as long as it runs', async (project, visit) => {
  project.write(TWO);
  const { url, process } = await visit.serve('up', '--dashboard');
  const page = await visit.open(url);
  await page.locator(inState('web', 'ready')).waitFor();
  process.signal('SIGINT');
  assert.equal((await process.finished()).signal, 'SIGINT');
});

projectTest('a port that is taken is told before anything is started', async (project) => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  try {
    project.write(TWO);
    const { port } = other.address() as AddressInfo;
    const taken = new RegExp(`cannot listen on 127\\.0\\.0\\.1:${port}: the port is taken`);
    assert.match(await project.fail(1, 'up', `--dashboard=${port}`), taken);
    await project.fail(3, 'dashboard');
    await project.succeed('up', '-d');
    assert.match(await project.fail(1, 'dashboard', '--port', String(port)), taken);
  } finally {
    other.close();
  }
});

projectTest('what cannot be a dashboard is refused as usage', async (project) => {
  project.write(TWO);
  assert.match(await project.fail(2, 'dashboard', '--port', 'x'), /A port is a number/);
  assert.match(await project.fail(2, 'up', '-d', '--dashboard'), /`omniroute dashboard` opens it/);
});

projectTest('the address is told in JSON where it is asked for, and the command ends as it is told to', async (project) => {
  project.write(TWO);
  await project.succeed('up', '-d');
  const serving = project.start('dashboard', '--no-open', '--json');
  await serving.printed(/\}/);
  const { schema, url, port } = JSON.parse(serving.stdout) as { schema: number; url: string; port: number };
  assert.deepEqual([schema, new URL(url).port], [1, String(port)]);
  assert.equal((await ask(port, '/', { headers: { host: `127.0.0.1:${port}` } })).status, 200);
  serving.signal('SIGTERM');
  assert.equal((await serving.finished()).signal, 'SIGTERM');
});
