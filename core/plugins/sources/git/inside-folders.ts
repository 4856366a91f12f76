import type { Checkout } from './check-out.ts';

/** The same checkout as far as it lies in these folders; all of it when none is named. */
export function insideFolders(checkout: Checkout, folders: readonly string[]): Checkout {
  if (folders.length === 0) return checkout;
  const files = checkout.files.filter(({ path }) => folders.some((folder) => path.startsWith(`${folder}/`)));
  return { ...checkout, files };
}
