import { z } from 'zod';
import { PLUGIN_ID } from '../manifest/manifest-schema.ts';
import { isVersion } from '../manifest/version-range.ts';

const text = z.string().min(1);
const version = z.string().refine(isVersion, 'expected a version such as 1.4.2');
const proof = z.strictObject({ state: z.enum(['verified', 'absent', 'unchecked', 'bad']), by: text.exactOptional() });

const origin = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('builtin') }),
  z.strictObject({ from: z.literal('npm'), name: text, registry: text, tarball: text }),
  z.strictObject({ from: z.literal('folder'), path: text }),
  z.strictObject({ from: z.literal('git'), source: text, url: text, commit: text, path: z.string() }),
  z.strictObject({ from: z.literal('archive'), file: text }),
]);

const entry = z.strictObject({
  id: z.string().regex(PLUGIN_ID),
  version,
  use: text.exactOptional(),
  origin,
  integrity: z.string().regex(/^sha512-\S+$/, 'expected `sha512-…`'),
  signature: proof,
  provenance: proof,
  capabilities: z.strictObject({
    digest: z.string().regex(/^sha256-\S+$/, 'expected `sha256-…`'),
    asked: z.array(text).exactOptional(),
    approvedBy: text.exactOptional(),
    approvedAt: z.iso.datetime().exactOptional(),
  }),
  contributions: z.array(text),
});

/** `config/plugins.lock`. */
export const lockSchema = z
  .strictObject({
    lock: z.literal(1),
    serial: z.int().min(0),
    plugins: z.record(z.string(), z.strictObject({ current: version, versions: z.array(entry).min(1) })),
    previous: z.record(z.string(), entry),
  })
  .superRefine(({ plugins, previous }, context) => {
    const wrong = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    for (const [id, { current, versions }] of Object.entries(plugins)) {
      if (!versions.some((one) => one.version === current))
        wrong(['plugins', id, 'current'], `no row has the version ${current}`);
      if (versions.some((one) => one.id !== id)) wrong(['plugins', id], 'a row has another id');
    }
    for (const [id, one] of Object.entries(previous))
      if (one.id !== id) wrong(['previous', id], 'the row has another id');
  });
