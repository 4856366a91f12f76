import type { Log, ServiceInstance } from '@backplane/sdk';
import { LATE, withinDeadline } from '../../plugins/lifecycle/within-deadline.ts';
import type { DiscoveryDesk } from '../discovery/discovery-desk.ts';
import { DiscoveryFeeds } from '../discovery/discovery-feeds.ts';
import { instanceTarget } from '../discovery/instance-target.ts';
import type { FeedState } from '../discovery/service-feed.ts';
import type { ServicesSource, TargetModel, UpstreamModel } from '../model/upstream-model.ts';
import { ExpiringNames } from './expiring-names.ts';
import type { FoundService } from './found-service.ts';
import { LookupGate } from './lookup-gate.ts';
import type { NotFound, ServiceAnswer } from './service-answer.ts';
import { allows, type NamedService, serviceUpstream, serviceUpstreamName, sourceText } from './service-name.ts';

/** Whom the finder tells what it has found. */
export interface FinderAudience {
  /** To all workers: where a service is, and by which source; undefined: it is let go. */
  setService(name: string, found: FoundService | undefined): void;
  /** Milliseconds since each was last asked by a worker; absent: no worker has it. */
  idleServices(): Promise<ReadonlyMap<string, number>>;
  /** Services have come or gone, or have other targets. */
  changed(): void;
}

export interface ServiceFinderOptions {
  readonly desk: DiscoveryDesk;
  readonly log: Log;
  readonly audience: FinderAudience;
  readonly now?: () => number;
  readonly gate?: LookupGate;
}

interface Family {
  readonly model: UpstreamModel;
  readonly source: ServicesSource;
  readonly text: string;
}

interface Kept {
  readonly service: FoundService;
  readonly model: UpstreamModel;
  readonly since: number;
}

/** Milliseconds. */
const LOOKUP_MS = 5_000;
/** For others that are looked for: nobody is kept waiting long by a registry that hangs. */
const TURN_MS = 2_000;
const BUSY_MS = 1_000;
const IDLE_ANSWER_MS = 1_000;
const UNKNOWN_MS = 5_000;
const UNREACHABLE_MS = 1_000;
const FULL_MS = 1_000;
const SWEEP_MS = 30_000;
/** One that was asked so lately does not make room for another. */
const IN_USE_MS = 60_000;
const MOST_UNKNOWN = 10_000;
const FOUND: ServiceAnswer = { is: 'found' };
const BUSY: ServiceAnswer = { is: 'busy', forMs: 0 };

/** Finds services that callers name, once for all workers, and follows those that there are for as long as they are asked. */
export class ServiceFinder implements AsyncDisposable {
  readonly #options: ServiceFinderOptions;
  readonly #now: () => number;
  readonly #families = new Map<string, Family>();
  readonly #kept = new Map<string, Kept>();
  readonly #looking = new Map<string, Promise<ServiceAnswer>>();
  /** Why registries cannot be asked, by upstream. */
  readonly #down = new Map<string, string>();
  readonly #notFound: ExpiringNames<NotFound>;
  readonly #full: ExpiringNames<NotFound>;
  readonly #gate: LookupGate;
  readonly #feeds: DiscoveryFeeds;
  readonly #sweeping: NodeJS.Timeout;
  readonly #stopping = new AbortController();

  constructor(options: ServiceFinderOptions) {
    const { desk, log, audience, now = Date.now } = options;
    this.#options = options;
    this.#now = now;
    this.#notFound = new ExpiringNames({ most: MOST_UNKNOWN, now });
    this.#full = new ExpiringNames({ most: 100, now });
    this.#gate = options.gate ?? new LookupGate({ atOnce: 16, waiting: 256, perSecond: 50, burst: 200 });
    this.#feeds = new DiscoveryFeeds({
      desk,
      log,
      tell: (name, targets) => {
        const kept = this.#kept.get(name);
        if (kept === undefined) return;
        const service = { ...kept.service, targets };
        this.#kept.set(name, { ...kept, service });
        audience.setService(name, service);
        audience.changed();
      },
    });
    this.#sweeping = setInterval(() => void this.sweep(), SWEEP_MS).unref();
  }

  /** The services that are followed now. */
  get found(): readonly { readonly model: UpstreamModel; readonly targets: readonly TargetModel[] }[] {
    return [...this.#kept.values()].map(({ model, service: { targets } }) => ({ model, targets }));
  }

  /** What is to be found from now on. Services of a source that stays as it is are followed on. */
  follow(models: readonly UpstreamModel[]): void {
    this.#families.clear();
    for (const model of models) {
      const source = model.targets;
      if (source.kind === 'services') this.#families.set(model.name, { model, source, text: sourceText(source) });
    }
    this.#notFound.clear();
    this.#full.clear();
    for (const [name, kept] of this.#kept) {
      const { service } = kept;
      const family = this.#families.get(service.family);
      const isWanted = family?.text === service.source && allows(family.source, service.named);
      if (isWanted)
        this.#kept.set(name, { ...kept, model: serviceUpstream(family.model, family.source, service.named) });
      else this.#forget(name);
    }
    this.#followKept();
  }

  /** Never rejects. Who asks for what is being looked for already waits for the same answer. */
  find(upstream: string, named: NamedService): Promise<ServiceAnswer> {
    const family = this.#families.get(upstream);
    // The workers may be ahead of their host for a moment.
    if (family === undefined || this.#stopping.signal.aborted) return Promise.resolve(BUSY);
    const name = serviceUpstreamName(upstream, named);
    const kept = this.#kept.get(name);
    if (kept !== undefined) {
      this.#options.audience.setService(name, kept.service);
      return Promise.resolve(FOUND);
    }
    // By its spelling: a registry may tell apart what others take for the same.
    const asked = JSON.stringify([upstream, named.namespace, named.service]);
    const known = this.#notFound.get(asked);
    // Workers keep it as well, and not for longer.
    if (known !== undefined) return Promise.resolve({ ...known, forMs: this.#notFound.leftMs(asked) });
    const looking = this.#looking.get(asked);
    if (looking !== undefined) return looking;
    const place = this.#gate.enter();
    if (place === undefined) return Promise.resolve({ is: 'busy', forMs: BUSY_MS });
    const answer = this.#look(family, named, place).then((found) => {
      const holds = found.is === 'unknown' || found.is === 'unreachable';
      if (holds && this.#current(family) !== undefined) this.#notFound.set(asked, found, found.forMs);
      this.#looking.delete(asked);
      return found;
    });
    this.#looking.set(asked, answer);
    return answer;
  }

  /** Lets go of what nobody has asked for long. */
  async sweep(): Promise<void> {
    if (this.#kept.size === 0) return;
    const idle = await this.#idle();
    if (idle === undefined) return;
    const limitOf = ({ service }: Kept) => this.#families.get(service.family)?.source.idleMs ?? 0;
    this.#letGo([...this.#kept].filter(([name, kept]) => idle(name, kept) >= limitOf(kept)).map(([name]) => name));
  }

  state(): readonly FeedState[] {
    return this.#feeds.state();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sweeping);
    this.#stopping.abort();
    await this.#feeds[Symbol.asyncDispose]();
  }

  async #look(family: Family, named: NamedService, place: Promise<Disposable>): Promise<ServiceAnswer> {
    const turn = await withinDeadline(place, TURN_MS);
    if (turn === LATE) {
      void place.then((late) => late[Symbol.dispose]());
      return { is: 'busy', forMs: BUSY_MS };
    }
    using _turn = turn;
    const { name } = family.model;
    let instances: readonly ServiceInstance[];
    try {
      instances = await this.#ask(family.source, named);
    } catch (problem) {
      const because = problem instanceof Error ? problem.message : String(problem);
      // Callers decide how often: said once.
      if (this.#down.get(name) !== because)
        this.#options.log.warn('a registry cannot be asked for services', { upstream: name, because });
      this.#down.set(name, because);
      return { is: 'unreachable', forMs: UNREACHABLE_MS };
    }
    this.#down.delete(name);
    const targets = instances.flatMap((instance) => instanceTarget(instance, family.source.scheme) ?? []);
    if (targets.length === 0) return { is: 'unknown', forMs: UNKNOWN_MS };
    return this.#keep(family, named, targets);
  }

  /** The family as it is now, if it still asks the same. */
  #current({ model, text }: Family): Family | undefined {
    const now = this.#families.get(model.name);
    return now?.text === text ? now : undefined;
  }

  async #ask(source: ServicesSource, { service, namespace }: NamedService): Promise<readonly ServiceInstance[]> {
    const { signal: stopping } = this.#stopping;
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(LOOKUP_MS)]);
    const query = { service, tags: source.tags, ...(namespace !== undefined && { namespace }) };
    const asking = this.#options.desk.lend(source).then(({ discovery }) => discovery.resolve(query, signal));
    const answer = await withinDeadline(asking, LOOKUP_MS, stopping);
    if (answer === LATE) throw new Error(`it did not answer within ${LOOKUP_MS / 1_000} s`);
    return answer;
  }

  async #keep(asked: Family, named: NamedService, targets: readonly TargetModel[]): Promise<ServiceAnswer> {
    const name = serviceUpstreamName(asked.model.name, named);
    if (!this.#kept.has(name) && !this.#hasRoom(asked)) await this.#makeRoom(asked.model.name);
    const family = this.#current(asked);
    if (family === undefined) return BUSY;
    const { model, source, text } = family;
    if (!this.#kept.has(name)) {
      if (!this.#hasRoom(family)) {
        const full = { is: 'full', most: source.most, forMs: FULL_MS } as const;
        this.#full.set(model.name, full, FULL_MS);
        return full;
      }
      const service = { family: model.name, named, targets, source: text };
      this.#kept.set(name, { service, model: serviceUpstream(model, source, named), since: this.#now() });
      this.#options.log.info('a service is followed since a request named it', {
        upstream: name,
        targets: targets.length,
      });
      this.#options.audience.setService(name, service);
      this.#followKept();
    }
    return FOUND;
  }

  #hasRoom({ model, source }: Family): boolean {
    let count = 0;
    for (const { service } of this.#kept.values()) if (service.family === model.name) count += 1;
    return count < source.most;
  }

  /** The one that nobody has asked for longest goes: first those that have no targets any more, never one that is in use. */
  async #makeRoom(family: string): Promise<void> {
    // Who names one service after the other does not make the host ask its workers as often.
    if (this.#full.get(family) !== undefined) return;
    const idle = await this.#idle();
    const candidates = [...this.#kept]
      .filter(([, { service }]) => service.family === family)
      .map(([name, kept]) => ({ name, isEmpty: kept.service.targets.length === 0, idleMs: idle?.(name, kept) ?? 0 }))
      .filter(({ isEmpty, idleMs }) => isEmpty || idleMs >= IN_USE_MS)
      .sort((a, b) => Number(b.isEmpty) - Number(a.isEmpty) || b.idleMs - a.idleMs);
    const [first] = candidates;
    if (first !== undefined) this.#letGo([first.name]);
  }

  /** Undefined where a worker does not answer: what it needs nobody knows then. */
  async #idle(): Promise<((name: string, kept: Kept) => number) | undefined> {
    const idle = await withinDeadline(this.#options.audience.idleServices(), IDLE_ANSWER_MS);
    if (idle === LATE) return undefined;
    const now = this.#now();
    return (name, { since }) => idle.get(name) ?? now - since;
  }

  #letGo(names: readonly string[]): void {
    if (names.length === 0) return;
    for (const name of names) this.#forget(name);
    this.#followKept();
  }

  #forget(name: string): void {
    if (this.#kept.delete(name)) this.#options.audience.setService(name, undefined);
  }

  #followKept(): void {
    this.#feeds.follow(this.found.map(({ model }) => model));
    this.#options.audience.changed();
  }
}
