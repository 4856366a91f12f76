import { readFileSync, readlinkSync } from 'node:fs';

/** True while a process of this number runs, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** What tells a process from a later one with the same number: its start time, where the system shows it. */
export function processIdentity(pid: number): string {
  return statFields(pid)?.[19] ?? '';
}

/** The folder that a process works in, where the system shows it. */
export function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

/** Ended, but not yet collected by its parent. */
function isZombie(pid: number): boolean {
  return statFields(pid)?.[0] === 'Z';
}

/** `/proc/<pid>/stat` after the name in parentheses, which may itself hold spaces: state first, start time as the twentieth. */
function statFields(pid: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
