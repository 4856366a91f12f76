import type { TimeDelta } from './time-delta.ts';

/** The duration as pydantic writes it to JSON: ISO 8601 with years of 365 days, zero parts left out, `PT0S` for none. */
export function isoDuration({ microseconds }: TimeDelta): string {
  const span = Math.abs(microseconds);
  const days = Math.floor(span / 86_400e6);
  const seconds = Math.floor((span - days * 86_400e6) / 1e6);
  const fraction = String(span % 1e6)
    .padStart(6, '0')
    .replace(/0+$/, '');
  const second = `${seconds % 60}${fraction && '.'}${fraction}`;
  const date = part(Math.floor(days / 365), 'Y') + part(days % 365, 'D');
  const time =
    part(Math.floor(seconds / 3600), 'H') +
    part(Math.floor(seconds / 60) % 60, 'M') +
    (second === '0' ? '' : `${second}S`);
  return `${microseconds < 0 ? '-' : ''}P${date}${time && `T${time}`}${date + time === '' ? 'T0S' : ''}`;
}

function part(amount: number, unit: string): string {
  return amount === 0 ? '' : `${amount}${unit}`;
}
