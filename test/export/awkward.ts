// A project that every engine has reasons to refuse or to misread: names that it does not allow, texts that mean something to it.
const LONG = `long-${'x'.repeat(57)}-2`;

/** Variables whose values have to arrive as they are. */
export const TEXTS: Readonly<Record<string, string>> = {
  ODD_DOLLARS: '5$ $$ $HOME $$HOME $(HOME) $$(HOME) $',
  ODD_BRACES: '${HOME} $${HOME} %{if} %%{if} {{ .HOME }}',
  ODD_LINES: ' first\nsecond\tx\r\n\n',
  ODD_QUOTES: '"double" \'single\' `back` \\n \\',
  ODD_SIGNS: '100% %n # no comment; & | < > * ! @ [] {} : -',
  ODD_CONTROL: 'bell \u0007 back \b feed \f escape \u001b',
  ODD_LETTERS: 'ünïcödé 日本 🙂',
  ODD_NUMBER: '0x10',
  ODD_WORD: 'yes',
  ODD_EMPTY: '',
};

/** Words of a command line, likewise. */
export const WORDS: readonly string[] = [...Object.values(TEXTS), '-x', ';', '--', '=', '~'];

/** As the kubelet hands on commands and variables; podman 4 leaves them as they are written. */
export const asKubelet = (text: string): string => text.replace(/\$\$/g, () => '$');

/** Says over HTTP what it was given. */
export const ECHO = `const { createServer } = require('node:http');
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => /^ODD_|^odd/.test(name)));
createServer((_, answer) => answer.end(JSON.stringify({ words: process.argv.slice(2), env }))).listen(process.env.PORT, '0.0.0.0');
`;

/** The `${` of omniroute itself is escaped. */
const quote = (text: string): string => JSON.stringify(text.replaceAll('${', () => '$${'));
const env = Object.entries({ ...TEXTS, odd_api_token: 'swordfish$1' }).map(([name, text]) => `${name}: ${quote(text)}`);

export const AWKWARD = `name: 2048.The_Game-${'y'.repeat(48)}-1
services:
  Web.Front_End/echo:
    command: [node, echo.cjs, ${WORDS.map(quote).join(', ')}]
    ports: {HTTP_public-${'z'.repeat(52)}: 8099}
    env: {${env.join(', ')}}
    description: "ends with a backslash \\\\"
    readiness: {http: {url: "http://127.0.0.1:8099/a?b=$c&d='e'"}}
    hooks: {pre_stop: [node, -e, "0 /* $(HOME) $HOME ' \\" */"]}
    depends_on: {${LONG}: {condition: completed}, never: {}}
  ${LONG}:
    type: job
    command: [node, -e, ""]
  never:
    command: [node, -e, "setInterval(() => {}, 9e8)"]
    enabled: false
    restart: {max_crashes: unlimited, window: 10s, backoff: {initial: 3s}}
  0:
    type: job
    command: [node, -e, "0"]
    depends_on: {Web.Front_End/echo: {condition: ready}}
    restart: {policy: on-failure}
`;

/** Nothing that runs on: each waits for the one before. */
export const JOBS = `services:
  a: {type: job, image: i, command: [sleep, "1"]}
  b: {type: job, image: i, command: [sleep, "2"], depends_on: {a: {condition: completed}}}
  c: {type: job, image: i, command: [ls, "\${service.dir}"], depends_on: {b: {condition: completed}}}
`;
