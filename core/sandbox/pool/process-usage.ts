import { readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second, whatever the hardware. */
const MS_PER_TICK = 10;

/** Processor time a process has used so far, in milliseconds. Undefined where the system does not tell (no /proc) or it is gone. */
export function cpuMs(pid: number): number | undefined {
  const text = readProc(pid, 'stat');
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

/** Resident memory of a process in bytes. */
export function residentBytes(pid: number): number | undefined {
  const kilobytes = /^VmRSS:\s*(\d+) kB$/m.exec(readProc(pid, 'status') ?? '');
  return kilobytes ? Number(kilobytes[1]) * 1024 : undefined;
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined; // not Linux, or the process has just ended: its exit event says so
  }
}
