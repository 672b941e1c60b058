// Hooks of the web server: `announce.mjs URL` writes down where it can be reached, `announce.mjs` alone takes it back.
import { rmSync, writeFileSync } from 'node:fs';

const [url] = process.argv.slice(2);
const file = process.env.URL_FILE ?? 'url.txt';
if (url) writeFileSync(file, `${url}\n`);
else rmSync(file, { force: true });
