const PLUGIN_ID = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

export function isPluginId(text: string): boolean {
  return PLUGIN_ID.test(text);
}

/** The id that a folder's name suggests: `My Tickets` → `my-tickets`. Undefined when nothing of it can be one. */
export function idFrom(folderName: string): string | undefined {
  const id = folderName
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '');
  return isPluginId(id) ? id : undefined;
}
