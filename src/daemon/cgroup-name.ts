// The names of cgroups, by which a later omniroute knows its own: the project's from its state folder, a run's from its marker.
const PREFIX = 'omniroute-';

/** Of the folder for all runs of the supervisor of this place. */
export function cgroupOfPlace(placeId: string): string {
  return `${PREFIX}${placeId}`;
}

/** `server.3.0c1f2a77d0e1`: service, run, nonce. Unlike any of the kernel's own files, for those do not end so. */
export function cgroupOfRun(marker: string): string {
  const { service, run, nonce } = splitMarker(marker);
  // A name may not hold a slash, and the names of services hold no plus.
  return `${service.replaceAll('/', '+')}.${run}.${nonce}`;
}

/** Whether a folder that a record names is the cgroup of the run that carries this marker: what a file says is not trusted. */
export function isCgroupOf(marker: string, folder: string): boolean {
  return folder.endsWith(`/${cgroupOfPlace(splitMarker(marker).placeId)}/${cgroupOfRun(marker)}`);
}

/** As good a marker as can be told from the cgroup's name: the project is missing. Null: it is none of a run. */
export function markerOfCgroup(folder: string): string | null {
  const [place = '', run = ''] = folder.split('/').slice(-2);
  const parts = /^(.+)\.(\d+)\.([0-9a-f]+)$/.exec(run);
  if (parts === null || !place.startsWith(PREFIX)) return null;
  const [, service = '', number, nonce] = parts;
  return `/${service.replaceAll('+', '/')}/${number}/${nonce}.${place.slice(PREFIX.length)}`;
}

function splitMarker(marker: string): { service: string; run: string; nonce: string; placeId: string } {
  const words = marker.split('/');
  const [nonce = '', placeId = ''] = (words.at(-1) ?? '').split('.');
  return { service: words.slice(1, -2).join('/'), run: words.at(-2) ?? '', nonce, placeId };
}
