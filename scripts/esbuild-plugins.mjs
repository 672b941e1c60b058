import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';

/** `import validate from 'omniroute:schema-validator'`: schemas/omniroute.schema.json compiled to plain code (100 ms of ajv saved at every start). */
export function schemaValidator(root) {
  const schemaPath = `${root}schemas/omniroute.schema.json`;
  return {
    name: 'schema-validator',
    setup(build) {
      build.onResolve({ filter: /^omniroute:schema-validator$/ }, () => ({ path: schemaPath, namespace: 'schema-validator' }));
      build.onLoad({ filter: /.*/, namespace: 'schema-validator' }, () => {
        // Without `unicode: false` the code would require a part of ajv at run time.
        const ajv = new Ajv2020({
          allErrors: true,
          verbose: true,
          // The words are ours: `config/schema-error.ts`.
          messages: false,
          inlineRefs: false,
          strict: false,
          useDefaults: true,
          unicode: false,
          logger: false,
          code: { source: true, esm: true },
        });
        const validate = ajv.compile(JSON.parse(readFileSync(schemaPath, 'utf8'), withoutDescriptions));
        return { contents: standalone.default(ajv, validate), loader: 'js', resolveDir: root, watchFiles: [schemaPath] };
      });
    },
  };
}

/** For people alone; to read the code takes a millisecond for every 30 KB. */
function withoutDescriptions(key, value) {
  return key === 'description' && typeof value === 'string' ? undefined : value;
}

/** `import('…')` of a source or a library that `outputOf` has a file for loads that file; any other is bundled. */
export function loadedLater(root, outputOf) {
  return {
    name: 'loaded-later',
    setup(build) {
      const folder = resolve(root, build.initialOptions.outdir, dirname(build.initialOptions.entryNames));
      build.onResolve({ filter: /^[^:]+$/ }, async ({ kind, path, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        const source = await build.resolve(path, { kind: 'import-statement', resolveDir });
        const output = outputOf(relative(root, source.path));
        if (output === undefined) return undefined;
        const from = relative(folder, resolve(root, output));
        return { path: from.startsWith('.') ? from : `./${from}`, external: true };
      });
    },
  };
}

/**
 * These modules of Node are loaded when something of them is used first, not when the file that imports them is: each takes Node
 * milliseconds, and most commands need them rarely or never. `import('…')` loads one at once.
 */
export function builtinsLoadedLater(modules) {
  const namespace = 'builtins-loaded-later';
  const require = createRequire(import.meta.url);
  return {
    name: namespace,
    setup(build) {
      build.onResolve({ filter: new RegExp(`^(${modules.join('|')})$`) }, ({ path, kind, namespace: from }) =>
        from === namespace || kind === 'dynamic-import' ? { path, external: true } : { path, namespace },
      );
      build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
        contents: `for (const name of ${JSON.stringify(Object.keys(require(path)).join(' '))}.split(' '))
          Object.defineProperty(exports, name, { enumerable: true, get: () => require(${JSON.stringify(path)})[name] });`,
      }));
    },
  };
}
