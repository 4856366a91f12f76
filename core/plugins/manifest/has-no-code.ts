import type { Manifest } from './manifest-schema.ts';

/** True for a plugin that is only data: it names no entry and lists nothing but templates. */
export function hasNoCode({ entry, contributes: { templates: _, ...others } }: Manifest): boolean {
  return entry === undefined && Object.values(others).every((listed) => Object.keys(listed).length === 0);
}
