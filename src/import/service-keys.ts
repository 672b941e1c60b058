import type { ServiceFile } from '../config/file.ts';

/** Nothing is set where the source said nothing that makes sense. */
export function assign<K extends keyof ServiceFile>(keys: ServiceFile, key: K, value: ServiceFile[K] | undefined): void {
  if (value !== undefined) keys[key] = value;
}

export function wrap<K extends string>(key: K, value: string | undefined): Record<K, string> | undefined {
  return value === undefined ? undefined : ({ [key]: value } as Record<K, string>);
}
