import { defineErrors } from '@backplane/sdk';
import { configErrors } from './config.ts';
import { executorErrors } from './executor.ts';
import { httpErrors } from './http.ts';
import { inputErrors } from './input.ts';
import { languageErrors } from './language.ts';
import { pluginErrors } from './plugin.ts';
import { sandboxErrors } from './sandbox.ts';
import { storageErrors } from './storage.ts';
import { templateErrors } from './template.ts';
import { workflowErrors } from './workflow.ts';

/** Every error the host can raise, one row a code. `docs/errors.md` is generated from it. Codes are never reused. */
export const catalogue = {
  ...configErrors,
  ...executorErrors,
  ...httpErrors,
  ...inputErrors,
  ...languageErrors,
  ...pluginErrors,
  ...sandboxErrors,
  ...storageErrors,
  ...templateErrors,
  ...workflowErrors,
} as const;

/** `throw raise.CODE({ … })`: the only way the host makes an error. */
export const raise = defineErrors(catalogue);
