import type { Section } from '../reading/section.ts';

/** Ids for routes that have no name: the Key, or what the template says; the same after a reload. `others`: ids that are taken already. */
export function routeIds(others: Iterable<string> = []): (section: Section, otherwise?: string) => string {
  const taken = new Set<string>(others);
  return (section, otherwise) => {
    const wanted = readable(section.text('Key') ?? section.text('UpstreamPathTemplate') ?? otherwise ?? '') || 'route';
    let id = wanted;
    for (let number = 2; taken.has(id); number++) id = `${wanted}-${number}`;
    taken.add(id);
    return id;
  };
}

const readable = (text: string) =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9._]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
