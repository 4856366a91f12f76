import { isDeepStrictEqual } from 'node:util';
import { BackplaneError, type Log } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { SecretMask } from '../../executor/secret-mask.ts';
import type { GatewayProblem } from '../files/gateway-problem.ts';
import { hasGatewayFiles, readGatewaySources } from '../files/gateway-sources.ts';
import type { GatewayText } from '../files/read-gateway.ts';
import type { AllPemTexts } from '../listener/pem-texts.ts';
import { EMPTY_MODEL, type GatewayModel } from '../model/gateway-model.ts';
import type { GatewayUpkeep } from '../upkeep.ts';
import type { GatewayWorkers } from '../worker/gateway-workers.ts';
import type { Configuration, PolicyPlugin } from '../worker/worker-contract.ts';
import { compileProblems, inSettings, isError } from './compile-problems.ts';
import type { GatewayStatus, ReloadReport } from './gateway-operations.ts';
import { diffLine, modelDiff } from './model-diff.ts';
import { type Bringing, namesTwice } from './names-twice.ts';
import type { Prepared } from './prepare-configuration.ts';
import type { ReadSecret } from './resolve-secrets.ts';
import { Retries } from './retries.ts';
import { type WatchedSources, watchSources } from './watch-sources.ts';

export interface LiveGatewayOptions {
  /** With the files: `config/gateway`. */
  readonly folder: string;
  readonly begins: 'at once' | 'with files' | 'never';
  readonly environment: NodeJS.ProcessEnv;
  readonly log: Log;
  /** Processes that are wanted. */
  readonly workers: number;
  /** Active plugins with policies. */
  plugins(): readonly PolicyPlugin[];
  /** Active plugins with service discoveries. */
  registries(): readonly Bringing[];
  readonly readSecret: ReadSecret;
  /** PEM files that its addresses show. */
  readonly certificateFiles: readonly string[];
  /** Rejects with GATEWAY_CERTIFICATE_INVALID. */
  readCertificates(): Promise<AllPemTexts>;
  /** Starts the workers; rejects with what keeps them from serving. */
  start(configuration: Configuration): Promise<GatewayWorkers>;
  urlOf(port: number): string;
  /** What looks after the upstreams of workers that have been started. */
  upkeepFor(workers: GatewayWorkers): Promise<GatewayUpkeep>;
}

interface Served extends Configuration {
  readonly written: GatewayModel;
}

/** Secrets may be stored anew by another host, which does not tell. */
const SECRETS_EVERY_MS = 30_000;
const SETTLE_MS = 100;
const MISSING = 'GATEWAY_SECRET_MISSING';

/** Keeps what the workers serve in line with the files, the secrets and the plugins of a host. What cannot run never replaces what does. */
export class LiveGateway implements AsyncDisposable {
  readonly #options: LiveGatewayOptions;
  #workers: GatewayWorkers | undefined;
  #upkeep: GatewayUpkeep | undefined;
  #served: Served | undefined;
  /** Also of secrets as they were: registries may still be asked with those. */
  readonly #mask = new SecretMask();
  #last: ReloadReport | undefined;
  #revision = 0;
  #isEnding = false;
  #watching: WatchedSources | undefined;
  #doing: Promise<unknown> = Promise.resolve();
  #settling: NodeJS.Timeout | undefined;
  #secrets: NodeJS.Timeout | undefined;
  readonly #retries = new Retries(() => this.#soon('what kept it from listening may be gone'));

  constructor(options: LiveGatewayOptions) {
    this.#options = options;
  }

  /** Serves what is there and follows it. Rejects with SERVER_PORT_IN_USE or SERVER_CANNOT_LISTEN; files that cannot run are logged. */
  async begin(): Promise<void> {
    const { begins, folder } = this.#options;
    if (begins === 'never') return;
    this.#watching = watchSources(folder, () => this.#soon('its files changed'));
    if (begins === 'at once' || hasGatewayFiles(folder)) await this.#next('the host started', 'throw');
  }

  get workers(): GatewayWorkers {
    if (this.#workers !== undefined) return this.#workers;
    throw this.#notRunning();
  }

  /** As it is written, without the values of secrets. */
  get model(): GatewayModel {
    if (this.#served !== undefined) return this.#served.written;
    throw this.#notRunning();
  }

  /** Whose policies the workers run, also where newer ones were refused. */
  get plugins(): readonly PolicyPlugin[] {
    return this.#served?.plugins ?? [];
  }

  get url(): string | undefined {
    return this.#workers && this.#options.urlOf(this.#workers.port);
  }

  status(): GatewayStatus {
    const { routes = [], upstreams = [], policies = [] } = this.#served?.written ?? {};
    const { url } = this;
    return {
      state: this.#state(),
      ...(url !== undefined && { url }),
      workers: { wanted: this.#options.workers, running: this.#workers?.pids.length ?? 0 },
      revision: this.#revision,
      routes: routes.length,
      upstreams: upstreams.length,
      policies: policies.length + routes.reduce((sum, route) => sum + route.policies.length, 0),
      ...this.#registryStates(),
      ...(this.#retries.at !== undefined && { retryAt: this.#retries.at }),
      ...(this.#last && { lastReload: this.#last }),
    };
  }

  /** Reads files, secrets and plugins now. */
  reload(why: string): Promise<ReloadReport> {
    if (this.#options.begins === 'never') return Promise.reject(raise.GATEWAY_NOT_RUNNING({ why: WHY.off }));
    return this.#next(why, 'report');
  }

  /** Active plugins may have changed. */
  pluginsChanged(): void {
    if (this.#served === undefined && this.#last === undefined) return;
    this.#soon('plugins changed');
  }

  /** Secrets may have changed. */
  secretsChanged(): void {
    if (this.#served !== undefined || this.#last !== undefined) this.#soon('secrets changed');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnding = true;
    clearTimeout(this.#settling);
    clearTimeout(this.#secrets);
    this.#watching?.[Symbol.dispose]();
    await this.#doing;
    this.#retries[Symbol.dispose]();
    await this.#upkeep?.[Symbol.asyncDispose]();
    await this.#workers?.[Symbol.asyncDispose]();
  }

  #state(): GatewayStatus['state'] {
    if (this.#options.begins === 'never') return 'off';
    if (this.#workers !== undefined) return 'serving';
    return this.#last === undefined ? 'waiting' : 'failed';
  }

  #notRunning(): BackplaneError {
    return raise.GATEWAY_NOT_RUNNING({ why: this.#retries.at === undefined ? WHY[this.#state()] : WHY.blocked });
  }

  #registryStates(): Pick<GatewayStatus, 'feeds' | 'registrations'> {
    const { feeds = [], registrations = [] } = this.#upkeep?.state() ?? {};
    // A registry may repeat what it was given.
    const masked = feeds.map(({ stale, ...feed }) => ({ ...feed, ...(stale && { stale: this.#mask.text(stale) }) }));
    return { feeds: masked, registrations };
  }

  #soon(why: string): void {
    if (this.#isEnding) return;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.#next(why, 'report').catch(() => undefined), SETTLE_MS);
    this.#settling.unref();
  }

  /** One after the other. `throw`: what keeps the port from being opened is the caller's. */
  #next(why: string, onPort: 'throw' | 'report'): Promise<ReloadReport> {
    const next = this.#doing.then(() => this.#follow(why, onPort));
    this.#doing = next.catch(() => undefined);
    return next;
  }

  async #follow(why: string, onPort: 'throw' | 'report'): Promise<ReloadReport> {
    const at = new Date().toISOString();
    const { begins, folder } = this.#options;
    if (this.#isEnding || (this.#workers === undefined && begins === 'with files' && !hasGatewayFiles(folder))) {
      this.#retries[Symbol.dispose]();
      this.#last = undefined;
      return { at, why, outcome: 'unchanged', problems: [] };
    }
    let again = false;
    let namesSecrets = true;
    let problems: readonly GatewayProblem[] = [];
    let texts: readonly GatewayText[] = [];
    try {
      const prepared = await this.#prepare();
      texts = prepared.texts;
      for (const value of prepared.secrets) this.#mask.add(value);
      namesSecrets = prepared.secrets.length > 0 || prepared.problems.some(({ code }) => code === MISSING);
      problems = [...prepared.problems, ...this.#namesTwice()];
      if (!prepared.runs) return this.#refuse({ at, why, outcome: 'refused', problems });
      return await this.#serve({ at, why, problems }, prepared);
    } catch (thrown) {
      if (onPort === 'throw' && BackplaneError.is(thrown) && thrown.code.startsWith('SERVER_')) throw thrown;
      again = BackplaneError.is(thrown) && mayPass(thrown);
      const found = problemsOf(thrown, folder, texts).map((one) => ({ ...one, message: this.#mask.text(one.message) }));
      return this.#refuse({ at, why, outcome: 'refused', problems: [...problems, ...found] });
    } finally {
      if (again && !this.#isEnding) this.#retries.plan();
      else this.#retries[Symbol.dispose]();
      if (namesSecrets) this.#lookAtSecrets();
    }
  }

  async #prepare(): Promise<Prepared> {
    const { folder, environment, readSecret } = this.#options;
    const sources = readGatewaySources(hasGatewayFiles(folder) ? [folder] : []);
    // A host without a gateway never loads what reads its files.
    const { prepareConfiguration } = await import('./prepare-configuration.ts');
    const prepared = await prepareConfiguration(sources, { environment, readSecret });
    this.#watching?.follow(new Set([...sources.named, ...this.#options.certificateFiles]));
    return prepared;
  }

  async #serve(base: Omit<ReloadReport, 'outcome'>, { written, model }: Prepared): Promise<ReloadReport> {
    const certificates = await this.#options.readCertificates();
    const next: Served = { written, model, plugins: this.#options.plugins(), certificates };
    const before = this.#served;
    if (before !== undefined && isDeepStrictEqual({ ...before, written }, next)) {
      const isNews = !isDeepStrictEqual(this.#last?.problems, base.problems);
      if (isNews) this.#warn(base.problems);
      return this.#note(isNews || this.#last?.outcome === 'refused' ? { ...base, outcome: 'unchanged' } : this.#last!);
    }
    if (this.#workers === undefined) this.#workers = await this.#options.start(next);
    else await this.#workers.apply(model, next.plugins, certificates);
    this.#upkeep ??= await this.#options.upkeepFor(this.#workers);
    await this.#upkeep.follow(model);
    this.#served = next;
    this.#revision += 1;
    const isRenewed = before !== undefined && !isDeepStrictEqual(before.certificates, certificates);
    const diff = modelDiff(before?.written ?? EMPTY_MODEL, written);
    const { log } = this.#options;
    log.info(before === undefined ? 'the gateway serves' : 'the gateway serves another configuration', {
      why: base.why,
      revision: this.#revision,
      changes:
        [diffLine(diff), isRenewed ? 'its certificates' : undefined].filter(Boolean).join('; ') || 'none in its files',
      ...(before === undefined && { url: this.url }),
    });
    this.#warn(base.problems);
    return this.#note({ ...base, outcome: 'applied', diff });
  }

  #namesTwice(): readonly GatewayProblem[] {
    const { plugins, registries } = this.#options;
    const policies = plugins().map(({ id, policies: names }) => ({ id, names }));
    return [...namesTwice('policy', policies), ...namesTwice('service discovery', registries())];
  }

  #warn(problems: readonly GatewayProblem[]): void {
    for (const problem of problems) this.#options.log.warn('the gateway found something odd', shown(problem));
  }

  #refuse(report: ReloadReport): ReloadReport {
    const { log } = this.#options;
    // Said once, however often it is looked at again.
    if (isDeepStrictEqual(report.problems, this.#last?.problems)) return this.#note(report);
    const consequence = this.#workers === undefined ? 'the gateway does not serve' : 'the gateway serves what it did';
    for (const problem of report.problems.filter(isError)) {
      const what = mayPass(problem)
        ? 'the gateway cannot listen as told and tries again'
        : 'the files of the gateway cannot run';
      log.error(`${what}; ${consequence}`, shown(problem));
    }
    return this.#note(report);
  }

  #note(report: ReloadReport): ReloadReport {
    this.#last = report;
    return report;
  }

  #lookAtSecrets(): void {
    clearTimeout(this.#secrets);
    if (this.#isEnding) return;
    this.#secrets = setTimeout(() => this.#soon('secrets are looked at again'), SECRETS_EVERY_MS);
    this.#secrets.unref();
  }
}

const WHY: Readonly<Record<GatewayStatus['state'] | 'blocked', string>> = {
  off: '`gateway.enabled` is false',
  waiting: 'there is no file in config/gateway/',
  serving: 'it is being started',
  failed: 'its files cannot run; `backplane gateway status` shows why',
  blocked: 'it cannot listen and tries again; `backplane gateway status` shows why',
};

/** What may pass without an edit: a port that somebody else has, a certificate that is not there yet. */
function mayPass({ code }: { readonly code: string }): boolean {
  return code.startsWith('SERVER_') || code === 'GATEWAY_CERTIFICATE_INVALID';
}

function problemsOf(thrown: unknown, folder: string, texts: readonly GatewayText[]): readonly GatewayProblem[] {
  if (!BackplaneError.is(thrown)) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return [{ severity: 'error', code: '', message, remedy: '', place: { file: folder, line: 1, column: 1 } }];
  }
  if (thrown.code === 'GATEWAY_CONFIG_INVALID') return inSettings(compileProblems(thrown), texts);
  const { code, message, facts } = thrown;
  return [{ severity: 'error', code, message, remedy: facts.remedy, place: { file: folder, line: 1, column: 1 } }];
}

function shown({ severity, code, message, remedy, place }: GatewayProblem): Record<string, unknown> {
  const at = `${place.file}:${place.line}:${place.column}`;
  return { severity, code, problem: message, at, ...(remedy !== '' && { remedy }) };
}
