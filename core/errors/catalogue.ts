import { defineErrors } from '@backplane/sdk';
import { accessErrors } from './access.ts';
import { apiClientErrors } from './api-client.ts';
import { configErrors } from './config.ts';
import { connectionErrors } from './connection.ts';
import { durabilityErrors } from './durability.ts';
import { executorErrors } from './executor.ts';
import { gatewayErrors } from './gateway.ts';
import { gatewayOcelotErrors } from './gateway-ocelot.ts';
import { httpErrors } from './http.ts';
import { inputErrors } from './input.ts';
import { interactionErrors } from './interaction.ts';
import { languageErrors } from './language.ts';
import { pluginErrors } from './plugin.ts';
import { pluginAuthoringErrors } from './plugin-authoring.ts';
import { pluginBringsErrors } from './plugin-brings.ts';
import { pluginGitErrors } from './plugin-git.ts';
import { pluginLockErrors } from './plugin-lock.ts';
import { pluginSourceErrors } from './plugin-source.ts';
import { pluginTierErrors } from './plugin-tier.ts';
import { sandboxErrors } from './sandbox.ts';
import { scheduleErrors } from './schedule.ts';
import { secretErrors } from './secrets.ts';
import { signInErrors } from './sign-in.ts';
import { storageErrors } from './storage.ts';
import { templateErrors } from './template.ts';
import { workflowErrors } from './workflow.ts';
import { workflowCheckErrors } from './workflow-check.ts';

/** Every error the host can raise, one row a code. `docs/errors.md` is generated from it. Codes are never reused. */
export const catalogue = {
  ...accessErrors,
  ...apiClientErrors,
  ...configErrors,
  ...connectionErrors,
  ...durabilityErrors,
  ...executorErrors,
  ...gatewayOcelotErrors,
  ...gatewayErrors,
  ...httpErrors,
  ...inputErrors,
  ...interactionErrors,
  ...languageErrors,
  ...pluginErrors,
  ...pluginAuthoringErrors,
  ...pluginGitErrors,
  ...pluginSourceErrors,
  ...pluginTierErrors,
  ...pluginBringsErrors,
  ...pluginLockErrors,
  ...sandboxErrors,
  ...scheduleErrors,
  ...signInErrors,
  ...secretErrors,
  ...storageErrors,
  ...templateErrors,
  ...workflowErrors,
  ...workflowCheckErrors,
} as const;

/** `throw raise.CODE({ … })`: the only way the host makes an error. */
export const raise = defineErrors(catalogue);
