import { openWorkbench, type Workbench, type WorkbenchOptions } from '../host/workbench.ts';
import { endAtOnce } from './end-at-once.ts';

/** The workbench as commands open it: what nobody caught ends them with a message. */
export function openBench(options: Omit<WorkbenchOptions, 'fatal'>): Promise<Workbench> {
  return openWorkbench({ ...options, fatal: endAtOnce });
}
