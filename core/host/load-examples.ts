import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { BackplaneError } from '@backplane/sdk';
import { yamlFiles } from '../registry/template/yaml-files.ts';
import type { WorkflowStore } from '../storage/workflow-store.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { WorkflowCatalogue } from '../workflow/workflow-catalogue.ts';

/** Stores each workflow file of these folders under its file name, unless a workflow of that alias is there already. */
export async function loadExamples(
  folders: readonly string[],
  workflows: WorkflowCatalogue,
  store: WorkflowStore,
  log: Logger,
): Promise<void> {
  for (const file of await yamlFiles(folders)) {
    const alias = basename(file, extname(file));
    if ((await store.get(alias)) !== undefined) continue;
    try {
      await workflows.create({ alias, source: await readFile(file, 'utf8') });
    } catch (error) {
      if (!BackplaneError.is(error)) throw error;
      log.warn('a workflow file was not loaded', { file, code: error.code, problem: error.message });
    }
  }
}
