import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const FILE = 'receipt.json';

const schema = z.object({
  receipt: z.literal(1),
  id: z.string(),
  version: z.string(),
  /** Of the tree. */
  integrity: z.string(),
  /** Digests of the downloads that hold exactly this tree. */
  sources: z.array(z.string()),
});

/** Says that a folder of the store is complete: the last file that is written. */
export type StoreReceipt = z.output<typeof schema>;

/** Undefined: not complete. */
export function readReceipt(home: string): StoreReceipt | undefined {
  try {
    return schema.safeParse(JSON.parse(readFileSync(join(home, FILE), 'utf8'))).data;
  } catch {
    return undefined;
  }
}

export async function writeReceipt(home: string, receipt: StoreReceipt): Promise<void> {
  await using file = await open(join(home, FILE), 'wx', 0o444);
  await file.writeFile(`${JSON.stringify(receipt, null, 2)}\n`);
  await file.sync();
}
