import { z } from 'zod';

const distSchema = z.object({
  tarball: z.url({ protocol: /^https?$/ }),
  integrity: z.string().optional(),
  signatures: z.array(z.object({ keyid: z.string(), sig: z.string() })).optional(),
  attestations: z.object({ url: z.string().optional() }).optional(),
});

export const versionSchema = z.object({
  version: z.string(),
  dist: distSchema,
  deprecated: z.union([z.string(), z.boolean()]).optional(),
});

/** Where the bytes of one version are, and who vouches for them. */
export type Dist = z.output<typeof distSchema>;
export type PackageVersion = z.output<typeof versionSchema>;

/** What a registry says about a package. Versions are read when one is taken: there may be thousands, some of them odd. */
export const packumentSchema = z.object({
  'dist-tags': z.record(z.string(), z.string()).default({}),
  versions: z.record(z.string(), z.unknown()).default({}),
  /** Version → ISO time; only in the long form. */
  time: z.record(z.string(), z.unknown()).optional(),
  modified: z.string().optional(),
});

export type Packument = z.output<typeof packumentSchema>;

/** The strongest `sha512-…` of an integrity text, without options; undefined when it has none. */
export function sha512Of(integrity: string | undefined): string | undefined {
  return integrity
    ?.split(/\s+/)
    .map((part) => part.split('?')[0]!)
    .find((part) => /^sha512-[A-Za-z0-9+/]{86}==$/.test(part));
}
