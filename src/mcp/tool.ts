import type { ProjectClient } from '../library/project-client.ts';

/** An object of named arguments, as JSON Schema; unknown ones are refused. */
export interface ArgumentSchema {
  readonly type: 'object';
  readonly additionalProperties: false;
  readonly required?: readonly string[];
  readonly properties: Readonly<Record<string, object>>;
}

/** Something an agent can ask for. `run` answers with text, and rejects where it cannot be done. */
export interface Tool<Arguments = Readonly<Record<string, unknown>>> {
  readonly name: string;
  readonly title: string;
  /** For the agent: what it does, what it answers, when to use it. */
  readonly description: string;
  readonly input: ArgumentSchema;
  /** Left out of a read-only server. */
  readonly changes: boolean;
  run(client: ProjectClient, given: Arguments, signal: AbortSignal): Promise<string>;
}

/** The arguments have been checked against `input` when `run` gets them. */
export function defineTool<Arguments>(tool: Tool<Arguments>): Tool {
  return tool as unknown as Tool;
}

export function argumentsOf(properties: Readonly<Record<string, object>>, required: readonly string[] = []): ArgumentSchema {
  return { type: 'object', additionalProperties: false, properties, ...(required.length > 0 ? { required } : {}) };
}

export const SERVICES = {
  type: 'array',
  items: { type: 'string' },
  description: 'Names of services, as `list` gives them.',
} as const;
