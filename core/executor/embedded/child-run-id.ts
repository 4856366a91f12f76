import { hash } from 'node:crypto';
import { placedIn, shardOf } from '../hosts/shard.ts';

/**
 * The id of a run that another one asks for with its command `seq`: the same after a crash, so that none exists twice. A UUID of
 * version 7 with the time of the command, so that it sorts among the others, in the shard of its parent, so that one host has both.
 */
export function childRunId(parentId: string, seq: number, at: number): string {
  const digest = hash('sha256', `${parentId}/${seq}`, 'hex');
  const time = at.toString(16).padStart(12, '0');
  const variant = ((Number.parseInt(digest[3]!, 16) & 0x3) | 0x8).toString(16);
  const tail = `7${digest.slice(0, 3)}-${variant}${digest.slice(4, 7)}-${digest.slice(7, 19)}`;
  return placedIn(shardOf(parentId), `${time.slice(0, 8)}-${time.slice(8)}-${tail}`);
}
