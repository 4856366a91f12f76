/**
 * The id of what a step asks: known before it runs, the same after a crash, and another one in every stream and pass of a loop. Made
 * of the run's id and the step's place (`hosts:3/ask@1`), in characters that stand in addresses as they are.
 */
export function interactionId(
  runId: string,
  place: { readonly step: string; readonly pass: number | undefined },
): string {
  const path = place.pass === undefined ? place.step : `${place.step}@${place.pass}`;
  return `${runId}.${path.replaceAll('/', '.').replaceAll(':', '-').replaceAll('@', '~')}`;
}

/** The run that asks. */
export function runOfInteraction(id: string): string {
  return id.split('.', 1)[0]!;
}

/** The ref and the stream of the step that asks; undefined for what is no id of this run. */
export function stepOfInteraction(
  runId: string,
  id: string,
): { readonly ref: string; readonly stream: string | undefined } | undefined {
  if (!id.startsWith(`${runId}.`)) return undefined;
  const path = id
    .slice(runId.length + 1)
    .replaceAll('.', '/')
    .replaceAll('-', ':')
    .replaceAll('~', '@');
  const [, stream, ref] = /^(?:(.+)\/)?([a-z0-9_]+)(?:@\d+)?$/.exec(path) ?? [];
  return ref === undefined ? undefined : { ref, stream };
}
