import { BackplaneError } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';
import { type ActionRequest, runAction } from '../registry/run-action.ts';
import type { ActionRegistry, SecretSource } from '../registry/runnable-action.ts';
import { attemptError } from './attempt-error.ts';
import { cleanResult } from './clean-result.ts';
import { maskedLog } from './masked-log.ts';
import { maskingSource } from './masking-source.ts';
import { SecretMask } from './secret-mask.ts';

/** Who calls one action outside of any run, and with whose secrets. */
export interface MaskedRequest extends Omit<ActionRequest, 'secrets'> {
  readonly secrets: SecretSource;
  readonly workspace?: string;
}

/** Runs one action; what it was handed of secrets is in neither its result, its errors nor the log. Throws coded errors. */
export async function runMaskedAction(registry: ActionRegistry, request: MaskedRequest): Promise<unknown> {
  const { name, secrets, workspace, log } = request;
  const mask = new SecretMask();
  try {
    const result = await runAction(registry, {
      ...request,
      secrets: maskingSource(secrets, workspace, mask),
      log: maskedLog(log, mask, { action: name }),
      onSecret: (value) => mask.add(value),
    });
    return cleanResult(name, result, mask);
  } catch (thrown) {
    const { code, message, details } = attemptError(name, thrown, mask);
    const facts = BackplaneError.is(thrown) ? thrown.facts : raise.ACTION_FAILED({ action: name, problem: '' }).facts;
    throw new BackplaneError(code, message, { ...facts, ...(details !== undefined && { details }) });
  }
}
