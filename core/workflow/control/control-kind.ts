/** What an action does when it steers the run instead of working. */
export type ControlKind = 'scatter' | 'gather' | 'loop-start' | 'loop-end' | 'subflow';

const KINDS: ReadonlyMap<string, ControlKind> = new Map([
  ['core.transform.scatter', 'scatter'],
  ['core.transform.gather', 'gather'],
  ['core.loop.start', 'loop-start'],
  ['core.loop.end', 'loop-end'],
  ['core.workflow.execute', 'subflow'],
]);

/** The kind of a control action, carried out by the scheduler itself; undefined for every other action. */
export function controlKind(action: string): ControlKind | undefined {
  return KINDS.get(action);
}
