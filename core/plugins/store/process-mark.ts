import { createHash } from 'node:crypto';
import { hostname } from 'node:os';

const MACHINE = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/** `<machine>-<process>`: part of the name of whatever this process must not leave behind. */
export const PROCESS_MARK = `${MACHINE}-${process.pid}`;

/** Whether the process that made the mark is alive; undefined when it belongs to another machine. */
export function isMarkAlive(mark: string): boolean | undefined {
  const [machine, pid] = mark.split('-');
  if (machine !== MACHINE || !/^\d+$/.test(pid ?? '')) return undefined;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
