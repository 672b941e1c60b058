/** schemas/omniroute.schema.json, compiled ahead of time by the build. Fills in defaults where keys are missing. */
declare module 'omniroute:schema-validator' {
  export interface SchemaError {
    /** JSON pointer of the value. */
    readonly instancePath: string;
    readonly keyword: string;
    readonly params: Readonly<Record<string, unknown>>;
    /** The schema around the keyword. */
    readonly parentSchema: Readonly<Record<string, unknown>>;
    readonly schema: unknown;
    readonly data: unknown;
    /** Set on what `propertyNames` found in a name; told again as one `propertyNames` error. */
    readonly propertyName?: string;
  }
  interface Validate {
    (data: unknown): boolean;
    errors?: SchemaError[] | null;
  }
  const validate: Validate;
  export default validate;
}
