import type { Discovery } from '@backplane/sdk';
import { usedPorts } from '../../plugins/actions/call-ports.ts';
import { issueLine, validate } from '../../plugins/actions/standard-schema.ts';
import type { Posted } from '../../plugins/contributions/contribution-board.ts';
import { LATE, withinDeadline } from '../../plugins/lifecycle/within-deadline.ts';

const OPEN_MS = 10_000;

/** Sets a service discovery up with its configuration. Rejects with what is wrong with it. */
export async function openDiscovery(
  { owner, contribution }: Posted<'service-discovery'>,
  given: Readonly<Record<string, unknown>>,
): Promise<Discovery> {
  const { name, config: schema, uses } = contribution;
  const checked = await validate(schema, given);
  if (!checked.ok) throw new Error(`its configuration is not valid: ${checked.issues.map(issueLine).join('; ')}`);
  const { signal, log, ports } = owner;
  const caller = { plugin: owner.id, action: name, workspace: 'default', environment: 'default', signal };
  const context = { config: checked.value, log, signal, ...usedPorts({ name, uses }, ports, caller) };
  const opening = Promise.resolve().then(() => contribution.open(context));
  const opened = await withinDeadline(opening, OPEN_MS, signal);
  if (opened === LATE) throw new Error(`it did not open within ${OPEN_MS / 1_000} s`);
  if (typeof (opened as Partial<Discovery> | undefined)?.resolve !== 'function')
    throw new Error('`open` gave nothing that resolves');
  return opened as Discovery;
}
