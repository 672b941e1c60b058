import { relative } from 'node:path';
import type { LoadedProject } from '../config/load.ts';
import { findPlace } from '../config/place.ts';

/** Where a key of a service stands, as `omniroute.yaml:17:5` relative to the project's folder; null where the file says nothing of it. */
export function showPlace({ places, project }: LoadedProject, service: string, key: string | undefined): string | null {
  const place = key === undefined ? null : findPlace(places, service, key);
  return place === null ? null : `${relative(project.dir, place.file)}:${place.line}:${place.col}`;
}
