export interface ScriptLimits {
  /** Wall-clock time, milliseconds. */
  readonly wallMs?: number;
  readonly cpuMs?: number;
  readonly memoryMb?: number;
  readonly outputBytes?: number;
}

export interface ScriptRequest {
  readonly language: 'javascript' | 'typescript' | 'python';
  readonly source: string;
  /** JSON data, given to the script's `main` (or only) function by name, as the script engine documents. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** What a Python script finds in `os.environ`; nothing else is there. */
  readonly env?: Readonly<Record<string, string>>;
  readonly limits?: ScriptLimits;
  readonly signal?: AbortSignal;
}

export interface ScriptOutcome {
  readonly result: unknown;
  /** Captured console lines, capped. */
  readonly console: readonly { readonly level: string; readonly text: string }[];
}

/** Runs user scripts in the sandbox: no file system, no network, no host objects, bounded time, memory and output. */
export interface Scripts {
  run(request: ScriptRequest): Promise<ScriptOutcome>;
}
