import { createHash } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { withCodedFailures } from '../../storage/coded-failures.ts';
import type { Cipher } from '../cipher.ts';

/** An authorization that was begun in a browser and has not come back yet. */
export interface PendingAuthorization {
  readonly connectionId: string;
  readonly verifier?: string;
  readonly redirectUri: string;
  /** Path of this host to show afterwards. */
  readonly returnTo?: string;
  readonly scopes: readonly string[];
  /** Who began it. */
  readonly actor: string;
}

export interface AuthorizationStore {
  add(state: string, browser: string, pending: PendingAuthorization, lifeMs: number): Promise<void>;
  /** Once: whoever asks again, later or from another browser gets nothing, and then nobody does. */
  take(state: string, browser: string): Promise<PendingAuthorization | undefined>;
}

export function createAuthorizationStore(source: DataSource, cipher: Cipher): AuthorizationStore {
  return withCodedFailures<AuthorizationStore>({
    async add(state, browser, { connectionId, verifier, redirectUri, returnTo, scopes, actor }, lifeMs) {
      await source.query('DELETE FROM connection_authorization WHERE expires_at < now()');
      await source.transaction(async (tx) => {
        const sealed = await cipher.seal(tx, hash(state), verifier === undefined ? {} : { verifier });
        await tx.query(
          `INSERT INTO connection_authorization
           (state_hash, connection_id, browser_hash, payload, key_id, redirect_uri, return_to, scopes, actor, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, now() + $10 * interval '1 millisecond')`,
          [
            hash(state),
            connectionId,
            hash(browser),
            sealed.payload,
            sealed.keyId,
            redirectUri,
            returnTo ?? null,
            JSON.stringify(scopes),
            actor,
            lifeMs,
          ],
        );
      });
    },
    async take(state, browser) {
      const [found] = await source.query(
        'DELETE FROM connection_authorization WHERE state_hash = $1 RETURNING *, expires_at > now() AS fresh',
        [hash(state)],
      );
      const [row] = found as Row[];
      if (row === undefined || !row.fresh || row.browser_hash !== hash(browser)) return undefined;
      const { verifier } = cipher.open(row.state_hash, row.payload);
      return {
        connectionId: row.connection_id,
        ...(verifier !== undefined && { verifier }),
        redirectUri: row.redirect_uri,
        ...(row.return_to !== null && { returnTo: row.return_to }),
        scopes: row.scopes,
        actor: row.actor,
      };
    },
  });
}

interface Row {
  readonly connection_id: string;
  readonly browser_hash: string;
  readonly state_hash: string;
  readonly payload: string;
  readonly redirect_uri: string;
  readonly return_to: string | null;
  readonly scopes: string[];
  readonly actor: string;
  readonly fresh: boolean;
}

const hash = (text: string) => createHash('sha256').update(text).digest('base64url');
