import { workflows } from './0001-workflows.ts';
import { runs } from './0002-runs.ts';
import { keyValue } from './0003-key-value.ts';
import { runParents } from './0004-run-parents.ts';
import { hosts } from './0005-hosts.ts';
import { durability } from './0006-durability.ts';
import { schedules } from './0007-schedules.ts';
import { interactions } from './0008-interactions.ts';
import { runControl } from './0009-run-control.ts';
import { runLists } from './0010-run-lists.ts';
import { plugins } from './0020-plugins.ts';
import { pluginSchemas } from './0021-plugin-schemas.ts';
import { gitSources } from './0024-git-sources.ts';
import { tenancy } from './0030-tenancy.ts';
import { access } from './0031-access.ts';
import { signIn } from './0032-sign-in.ts';
import { secrets } from './0033-secrets.ts';
import { workspaces } from './0034-workspaces.ts';
import { connections } from './0035-connections.ts';
import { workflowAuthors } from './0036-workflow-authors.ts';
import { hostSecrets } from './0037-host-secrets.ts';

/** In order; a new step goes to the end. */
export const allMigrations = [
  workflows,
  runs,
  keyValue,
  runParents,
  hosts,
  durability,
  schedules,
  interactions,
  runControl,
  runLists,
  plugins,
  pluginSchemas,
  gitSources,
  tenancy,
  access,
  signIn,
  secrets,
  workspaces,
  connections,
  workflowAuthors,
  hostSecrets,
] as const;
