import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import type { Log, Registration } from '@backplane/sdk';
import type { RegistrationModel } from '../model/registration-model.ts';
import type { DiscoveryDesk } from './discovery-desk.ts';

export interface RegistrationsOptions {
  readonly desk: DiscoveryDesk;
  readonly log: Log;
  /** Where the gateway listens. */
  readonly self: { readonly host: string; readonly port: number };
  /** Registries forget: each registration is made again after so many milliseconds. */
  readonly againMs?: number;
}

interface Announced {
  readonly model: RegistrationModel;
  readonly registration: Registration;
  readonly stopping: AbortController;
  readonly done: Promise<void>;
  isRegistered: boolean;
}

const AGAIN_MS = 60_000;
const RETRY_MS = 5_000;
/** For each call to the registry. */
const CALL_MS = 5_000;

/** Announces services to registries as long as the gateway runs. */
export class Registrations implements AsyncDisposable {
  readonly #options: RegistrationsOptions;
  readonly #announced = new Map<string, Announced>();

  constructor(options: RegistrationsOptions) {
    this.#options = options;
  }

  /** What is to be announced from now on; what no longer is, is taken back. */
  async follow(models: readonly RegistrationModel[]): Promise<void> {
    const wanted = new Map(models.map((model) => [keyOf(model), model]));
    const gone = [...this.#announced].filter(([key]) => !wanted.has(key));
    for (const [key] of gone) this.#announced.delete(key);
    await Promise.all(gone.map(([, announced]) => this.#takeBack(announced)));
    for (const [key, model] of wanted) if (!this.#announced.has(key)) this.#announced.set(key, this.#announce(model));
  }

  state(): readonly { readonly id: string; readonly service: string; readonly isRegistered: boolean }[] {
    return [...this.#announced.values()].map(({ registration: { id, service }, isRegistered }) => ({
      id,
      service,
      isRegistered,
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.follow([]);
  }

  #announce(model: RegistrationModel): Announced {
    const stopping = new AbortController();
    const registration = registrationOf(model, this.#options.self);
    const announced: Announced = {
      model,
      registration,
      stopping,
      isRegistered: false,
      done: Promise.resolve().then(() => this.#keep(announced)),
    };
    return announced;
  }

  async #keep(announced: Announced): Promise<void> {
    const { model, registration, stopping } = announced;
    const { desk, log, againMs = AGAIN_MS } = this.#options;
    const { id, service } = registration;
    while (!stopping.signal.aborted) {
      let waitMs = againMs;
      try {
        const { discovery } = await desk.lend(model);
        if (discovery.register === undefined) throw new Error(`${model.use} takes no registrations`);
        await discovery.register(registration, AbortSignal.any([stopping.signal, AbortSignal.timeout(CALL_MS)]));
        if (!announced.isRegistered) log.info('a service is registered', { id, service, registry: model.use });
        announced.isRegistered = true;
      } catch (problem) {
        if (stopping.signal.aborted) return;
        waitMs = Math.min(RETRY_MS, againMs);
        log.warn('a service could not be registered', { id, service, registry: model.use, problem: String(problem) });
      }
      await setTimeout(waitMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
    }
  }

  async #takeBack({ model, registration: { id, service }, stopping, done }: Announced): Promise<void> {
    const { desk, log } = this.#options;
    stopping.abort();
    await done;
    try {
      const { discovery } = await desk.lend(model);
      // Also where it is not known to be registered: the answer may have been lost.
      await discovery.deregister?.(id, AbortSignal.timeout(CALL_MS));
    } catch (problem) {
      log.warn('a service could not be taken back from its registry', { id, service, problem: String(problem) });
    }
  }
}

function keyOf({ place: _, ...rest }: RegistrationModel): string {
  return JSON.stringify(rest);
}

function registrationOf(model: RegistrationModel, self: RegistrationsOptions['self']): Registration {
  const { service, scheme, weight, tags, metadata, health } = model;
  const host = model.host ?? (isEverywhere(self.host) ? hostname() : self.host);
  const port = model.port ?? self.port;
  const id = model.id ?? `${service}-${host}-${port}`.replaceAll(/[^\w.-]/g, '-');
  return { id, service, host, port, scheme, weight, tags, metadata, ...(health && { health }) };
}

function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::' || host === '';
}
