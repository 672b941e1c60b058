import { render } from 'preact';
import { Api } from './api.ts';
import { App } from './app.tsx';
import { LogStore } from './log-store.ts';
import { ProjectStore } from './project-store.ts';
import { takeToken } from './session.ts';
import { applyTheme } from './theme.ts';

applyTheme();
const token = takeToken();
const api = new Api(token ?? '');
const project = new ProjectStore(api);
const logs = new LogStore(api);
if (token === null) project.connection.value = { type: 'refused', message: 'this page was opened without its token' };
else project.start();
render(<App stores={{ api, project, logs }} />, document.getElementById('page') as HTMLElement);
