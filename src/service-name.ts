// Names of services: as the file declares them, and of the instances of one.

export function instanceName(service: string, number: number): string {
  return `${service}:${number}`;
}

/** The name in the file: a name there has no colon. */
export function declaredName(service: string): string {
  return service.replace(/:\d+$/, '');
}

/** The services that these names stand for, each once: `web` is all of `web:1`, `web:2` … A name that stands for none stays as it is. */
export function selectServices(names: readonly string[], known: readonly string[]): string[] {
  const selected = names.flatMap((name) => {
    const instances = known.includes(name) ? [] : known.filter((each) => each !== name && declaredName(each) === name);
    return instances.length > 0 ? instances : [name];
  });
  return [...new Set(selected)];
}
