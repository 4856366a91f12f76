import type { Context, Isolate, Reference, Script } from 'isolated-vm';
import type { Enter } from '../isolate/bootstrap.ts';
import { compilePrepared, compileScript, type PreparedScript } from './compile-script.ts';

export interface CompiledScript extends PreparedScript {
  readonly script: Script;
}

/** A context that no script has run in yet, with the function that will drive its one run. */
export interface FreshContext {
  readonly context: Context;
  readonly enter: Reference<Enter>;
}

/** An isolate is given up after so many runs or milliseconds, whichever comes first. */
const MOST_RUNS = 5000;
const MOST_AGE_MS = 300_000;
const MOST_SCRIPTS = 50;
const CONTEXTS_AHEAD = 2;

/** Texts found by {@link compileScript}, shared by all isolates of the process: source and language → prepared script. */
const preparedScripts = new Map<string, PreparedScript>();
const MOST_PREPARED = 200;

/** One isolate of one tenant: its compiled scripts, and contexts made ahead of need. */
export class TenantIsolate {
  readonly isolate: Isolate;
  #prelude: Script;
  #scripts = new Map<string, CompiledScript>();
  #ahead: FreshContext[] = [];
  #runs = 0;
  #born = performance.now();

  constructor(isolate: Isolate, prelude: string) {
    this.isolate = isolate;
    this.#prelude = isolate.compileScriptSync(prelude, { filename: 'sandbox' });
  }

  get worn(): boolean {
    return this.isolate.isDisposed || this.#runs >= MOST_RUNS || performance.now() - this.#born > MOST_AGE_MS;
  }

  takeContext(): FreshContext {
    this.#runs++;
    return this.#ahead.pop() ?? this.#createContext();
  }

  /** Makes one context for later; false when there are enough. */
  prepareAhead(): boolean {
    if (this.worn || this.#ahead.length >= CONTEXTS_AHEAD) return false;
    try {
      this.#ahead.push(this.#createContext());
      return true;
    } catch {
      this.dispose(); // no room for a context: the next run gets a new isolate
      return false;
    }
  }

  script(source: string, language: 'javascript' | 'typescript'): CompiledScript {
    const key = language + source;
    const known = this.#scripts.get(key);
    if (known !== undefined) return known;
    const compiled = this.#compile(key, source, language);
    evictOldest(this.#scripts, MOST_SCRIPTS)?.script.release();
    this.#scripts.set(key, compiled);
    return compiled;
  }

  dispose(): void {
    if (!this.isolate.isDisposed) this.isolate.dispose();
  }

  #compile(key: string, source: string, language: 'javascript' | 'typescript'): CompiledScript {
    const prepared = preparedScripts.get(key);
    if (prepared !== undefined) return { ...prepared, script: compilePrepared(this.isolate, prepared) };
    const [script, found] = compileScript(this.isolate, source, language);
    evictOldest(preparedScripts, MOST_PREPARED);
    preparedScripts.set(key, found);
    return { ...found, script };
  }

  #createContext(): FreshContext {
    const context = this.isolate.createContextSync();
    return { context, enter: this.#prelude.runSync(context, { reference: true }) as Reference<Enter> };
  }
}

function evictOldest<V>(map: Map<string, V>, most: number): V | undefined {
  if (map.size < most) return undefined;
  const [key, value] = map.entries().next().value!;
  map.delete(key);
  return value;
}
