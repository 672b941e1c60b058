// docs/library.md: its programs are run as they stand, in their order, and must print what it shows.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { startProgram } from '../rig/program.ts';
import { projectTest } from '../rig/project.ts';

const blocks = Array.from(readFileSync('docs/library.md', 'utf8').matchAll(/^```(\w+)\n(.*?)^```$/gms), ([, language, text = '']) => ({
  language,
  text,
}));

projectTest('every program of docs/library.md prints what the document shows below it', async (project) => {
  const yaml = blocks.filter(({ language }) => language === 'yaml');
  assert.equal(yaml.length, 1);
  project.write(yaml[0]?.text ?? '');
  const programs = blocks.filter(({ language }) => language === 'js');
  assert.ok(programs.length >= 3);
  for (const program of programs) {
    const shown = blocks[blocks.indexOf(program) + 1];
    assert.equal(shown?.language, 'text', program.text);
    const { code, stdout, stderr } = await startProgram(project, program.text).ended();
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: shown.text, stderr: '' });
  }
});
