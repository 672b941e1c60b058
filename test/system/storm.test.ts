// The short form of `npm run soak`.
import assert from 'node:assert/strict';
import { projectTest } from '../rig/project.ts';
import { Storm } from '../soak/storm.ts';

for (const seed of [1, 2]) {
  projectTest(
    `services survive omniroute killed at random points, and the next one takes over just them (seed ${seed})`,
    async (project) => {
      const storm = new Storm(project, seed);
      const played: string[] = [];
      try {
        for (let round = 0; round < 6; round++) played.push(await storm.round());
        assert.ok((await storm.finish()).lines > 0);
      } catch (error) {
        process.stderr.write(`rounds that went well: ${played.join('; ')}\n`);
        throw error;
      }
    },
  );
}
