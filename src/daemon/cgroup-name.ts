// The names of control groups, by which a later omniroute knows its own: `omniroute-<id of the state folder>/<service>.<run>.<nonce>`.
import { basename, dirname } from 'node:path';

const PREFIX = 'omniroute-';

/** Of the group that all runs of a state folder are in. */
export function baseName(placeId: string): string {
  return `${PREFIX}${placeId}`;
}

/** A name may not hold a slash, and the names of services hold no plus. */
export function runName(service: string, run: number | string, nonce: string): string {
  return `${service.replaceAll('/', '+')}.${run}.${nonce}`;
}

/** Whether the folder is that of the run with this marker: what a file says of folders is not believed. */
export function isGroupOf(marker: string, folder: string): boolean {
  return groupOf(marker) === shortName(folder);
}

/** Of a run's group, as `shortName` has it. */
export function groupOf(marker: string): string {
  const words = marker.split('/');
  const [nonce = '', placeId = ''] = (words.at(-1) ?? '').split('.');
  return `${baseName(placeId)}/${runName(words.slice(1, -2).join('/'), words.at(-2) ?? '', nonce)}`;
}

/** What of a group's folder is omniroute's own. */
export function shortName(folder: string): string {
  return `${basename(dirname(folder))}/${basename(folder)}`;
}

/** As good a marker as the folder's name can tell: that of the project is missing. Null: it is no run's. */
export function markerOf(folder: string): string | null {
  const parts = /^(.+)\.(\d+)\.([0-9a-f]+)$/.exec(basename(folder));
  const base = basename(dirname(folder));
  if (parts === null || !base.startsWith(PREFIX)) return null;
  const [, service = '', run, nonce] = parts;
  return `/${service.replaceAll('+', '/')}/${run}/${nonce}.${base.slice(PREFIX.length)}`;
}
