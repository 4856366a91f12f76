/** Encrypts small records for ourselves: nobody else can read, make or change one, and each has a purpose and an end. */
export interface Sealer {
  seal(purpose: string, content: Readonly<Record<string, unknown>>, seconds: number): Promise<string>;
  /** Undefined for whatever was not sealed for this purpose, or is too old. */
  open(purpose: string, text: string): Promise<Readonly<Record<string, unknown>> | undefined>;
}

/** `key`: 256 bits. */
export function createSealer(key: () => Promise<Uint8Array>): Sealer {
  return {
    async seal(purpose, content, seconds) {
      // Loaded with the first sign-in: a start need not wait for it.
      const { EncryptJWT } = await import('jose/jwt/encrypt');
      return new EncryptJWT({ content })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setAudience(purpose)
        .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
        .encrypt(await key());
    },
    async open(purpose, text) {
      const { jwtDecrypt } = await import('jose/jwt/decrypt');
      try {
        const { payload } = await jwtDecrypt(text, await key(), {
          audience: purpose,
          requiredClaims: ['exp'],
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
        });
        return payload['content'] as Readonly<Record<string, unknown>>;
      } catch (error) {
        if ((error as { readonly code?: string }).code?.startsWith('ERR_J') === true) return undefined;
        throw error;
      }
    },
  };
}
