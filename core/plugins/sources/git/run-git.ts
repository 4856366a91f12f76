import { simpleGit } from 'simple-git';
import { raise } from '../../../errors/catalogue.ts';

export interface GitRun {
  readonly source: string;
  readonly env: Readonly<Record<string, string>>;
  /** A folder that exists. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** More than this on one stream ends the command: trees can be made that list for ever. */
const MAX_OUTPUT = 32_000_000;
const NOT_ZERO = 'the exit code is not 0';

/**
 * Runs one git command and tells its exit code, which simple-git alone does not. Rejects with the reason of the signal, with
 * GIT_TOOL_MISSING, or with GIT_TOO_LARGE for endless output.
 */
export async function runGit({ source, env, folder, signal }: GitRun, args: readonly string[]): Promise<GitResult> {
  signal.throwIfAborted();
  const overflow = new AbortController();
  const out = collector(overflow);
  const err = collector(overflow);
  let code: number | undefined;
  const git = simpleGit({
    baseDir: folder,
    abort: AbortSignal.any([signal, overflow.signal]),
    // The environment is ours from the first to the last variable; without these simple-git drops or refuses those that begin with GIT_.
    allowEnvironment: Object.keys(env),
    unsafe: { allowUnsafeConfigPaths: true },
    // After an abort a helper of git may hold its output open; git itself is gone then.
    completion: { onClose: true, onExit: 500 },
    errors: (error, { exitCode }) => {
      code = exitCode;
      // Text on stderr with code 0 is no failure, and a code other than 0 always is one, whatever the text says.
      return exitCode === 0 ? undefined : (error ?? new Error(NOT_ZERO));
    },
  })
    .env({ ...env })
    .outputHandler((_command, stdout, stderr) => {
      stdout.on('data', out.add);
      stderr.on('data', err.add);
    });
  try {
    await git.raw([...args]);
  } catch (error) {
    signal.throwIfAborted();
    if (overflow.signal.aborted)
      throw raise.GIT_TOO_LARGE({ source, what: 'a list of files without end', limit: `${MAX_OUTPUT / 1_000_000} MB` });
    // A program that cannot be started has a negative code; simple-git itself refuses without any.
    if (code === undefined || code < 0) {
      const problem = code === undefined ? `is refused: ${(error as Error).message}` : 'cannot be started';
      throw raise.GIT_TOOL_MISSING({ source, tool: 'git', problem }, { cause: error });
    }
  }
  return { code: code ?? 0, stdout: out.bytes(), stderr: err.bytes().toString('utf8') };
}

function collector(overflow: AbortController) {
  const chunks: Buffer[] = [];
  let size = 0;
  return {
    add: (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_OUTPUT) chunks.push(chunk);
      else overflow.abort();
    },
    bytes: () => Buffer.concat(chunks),
  };
}
