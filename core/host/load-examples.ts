import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { BackplaneError, type KeyValue } from '@backplane/sdk';
import { yamlFiles } from '../registry/template/yaml-files.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { WorkspaceWorkflows } from '../workflow/workflow-catalogue.ts';

/** The key under which `notes` holds the names of all that was ever loaded. */
const LOADED = 'loaded-workflow-files';

/** Stores each workflow file of these folders under its file name, once: what people change or delete stays as they left it. */
export async function loadExamples(
  folders: readonly string[],
  workflows: WorkspaceWorkflows,
  notes: KeyValue,
  log: Logger,
): Promise<void> {
  const loaded = new Set((await notes.get(LOADED)) as readonly string[] | undefined);
  const before = loaded.size;
  for (const file of await yamlFiles(folders)) {
    const alias = basename(file, extname(file));
    if (loaded.has(alias)) continue;
    try {
      await workflows.create({ alias, source: await readFile(file, 'utf8') });
    } catch (error) {
      if (!BackplaneError.is(error)) throw error;
      if (error.code !== 'WORKFLOW_ALIAS_TAKEN') {
        log.warn('a workflow file was not loaded', { file, code: error.code, problem: error.message });
        continue;
      }
    }
    loaded.add(alias);
  }
  if (loaded.size > before) await notes.set(LOADED, [...loaded]);
}
