// The tutorial, followed to the letter: its files are written, its commands run, in an empty folder.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../rig/free-port.ts';
import { projectTest } from '../rig/project.ts';

const run = promisify(execFile);
const FIXTURE = 'test/fixtures/cloudflared-quick.issues.txt';
const PORT = /\b18080\b/g;

interface Block {
  readonly language: string;
  readonly text: string;
}

function blocksOf(document: string): Block[] {
  const fences = readFileSync(document, 'utf8').matchAll(/^```(\w+)\n(.*?)^```$/gms);
  return Array.from(fences, ([, language = '', text = '']) => ({ language, text }));
}

/** `// server.js` or `# omniroute.yaml` in its first line. */
function fileOf({ text }: Block): string {
  return /^(?:\/\/|#) (\S+)\n/.exec(text)?.[1] ?? assert.fail(`this file has no name:\n${text}`);
}

projectTest('whoever follows the tutorial arrives', async (project) => {
  const port = String(await freePort());
  const answers: Record<string, string> = {};
  writeFileSync(
    join(project.root, 'bin', 'cloudflared'),
    `#!/bin/sh\ncat '${resolve(FIXTURE)}' >&2\necho 'INF Registered tunnel connection connIndex=0' >&2\nexec sleep 1000\n`,
  );
  writeFileSync(join(project.root, 'bin', 'omniroute'), `#!/bin/sh\nexec node '${resolve('dist/bin/omniroute.js')}' "$@"\n`);
  for (const program of ['cloudflared', 'omniroute']) chmodSync(join(project.root, 'bin', program), 0o755);
  for (const block of blocksOf('docs/tutorial.md')) {
    const text = block.text.replace(PORT, port);
    if (block.language !== 'sh') {
      project.write(text, fileOf(block));
      continue;
    }
    for (const line of text.trim().split('\n')) {
      const { stdout, stderr } = await run('bash', ['-c', line], { cwd: project.dir, env: project.env, timeout: 60_000 });
      answers[line.replace(port, '18080')] = stdout + stderr;
    }
  }
  assert.match(answers['curl http://127.0.0.1:18080/'] ?? '', /^hello from \d+$/m);
  assert.match(answers['omniroute why web'] ?? '', /you asked for it/);
  assert.match(answers['omniroute events'] ?? '', /generation 2: restart web/);
  assert.match(answers['omniroute status tunnel'] ?? '', /url=https:\/\/[a-z-]+\.trycloudflare\.com/);
  assert.match(answers['omniroute down'] ?? '', /nothing left/);
});
