// The ecosystem file of pm2: `apps: […]`, a list of apps, or one app.
import type { Tree } from '../../config/tree.ts';
import type { Draft } from '../draft.ts';
import { Field, type Rules, WHOLE, without } from '../field.ts';
import { addApp } from './app.ts';

const ROOT: Rules = {
  apps: () => {},
  deploy: without('omniroute deploys nothing'),
};

export function readPm2(root: Tree, draft: Draft): void {
  const file = new Field(WHOLE, { key: root.span, node: root }, { problems: draft.problems, service: null });
  if (root.kind === 'list') return addApps(file, draft);
  const fields = file.fields();
  const apps = fields.find(({ name }) => name === 'apps');
  if (apps === undefined && fields.some(({ name }) => name === 'script' || name === 'exec')) return addApp(file, draft);
  file.follow(ROOT, 'a pm2 ecosystem file');
  if (root.kind !== 'map') return;
  if (apps === undefined || apps.isEmpty) {
    draft.problems.add(root.span, { code: 'missing-key', message: 'the file has no `apps`', hint: 'is it an ecosystem file of pm2?' });
  } else if (apps.node.kind === 'map') addApp(apps, draft);
  else addApps(apps, draft);
}

function addApps(apps: Field, draft: Draft): void {
  for (const app of apps.items()) addApp(app, draft);
}
