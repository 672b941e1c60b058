import { readFileSync } from 'node:fs';
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
          strict: false,
          useDefaults: true,
          unicode: false,
          logger: false,
          code: { source: true, esm: true },
        });
        const validate = ajv.compile(JSON.parse(readFileSync(schemaPath, 'utf8')));
        return { contents: standalone.default(ajv, validate), loader: 'js', resolveDir: root, watchFiles: [schemaPath] };
      });
    },
  };
}
