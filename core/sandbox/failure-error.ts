import type { BackplaneError, Position, ScriptOutcome } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';
import type { ResolvedLimits } from './script-limits.ts';
import type { Failure } from './wire.ts';

/** Lines that an error carries: the last ones, where the cause usually shows. */
const LINES_IN_ERROR = 50;

interface Circumstances {
  readonly file: string;
  readonly limits: ResolvedLimits;
  readonly console: ScriptOutcome['console'];
}

/** The coded error of a failed run, with the script's own position and what it had printed (`details.console`). */
export function failureError(failure: Failure, { file, limits, console }: Circumstances): BackplaneError {
  const position = positionOf(failure, file);
  const at = position && `${file}:${position.line}:${position.column}`;
  const details = {
    ...(console.length > 0 && { console: console.slice(-LINES_IN_ERROR) }),
    ...(failure.kind === 'script' && failure.stack !== undefined && { stack: failure.stack }),
  };
  const options = { ...(position && { position }), ...(Object.keys(details).length > 0 && { details }) };
  switch (failure.kind) {
    case 'script':
      return raise.SANDBOX_SCRIPT_ERROR({ message: failure.message, at }, options);
    case 'syntax':
      return raise.SANDBOX_SCRIPT_SYNTAX({ message: failure.message, at }, options);
    case 'import':
      return raise.SANDBOX_SCRIPT_IMPORT({ at }, options);
    case 'module':
      return raise.SANDBOX_PYTHON_MODULE({ name: failure.name, at }, options);
    case 'entry':
      return raise.SANDBOX_SCRIPT_ENTRY({ functions: failure.functions }, options);
    case 'result':
      return raise.SANDBOX_RESULT({ what: failure.what }, options);
    case 'output':
      return raise.SANDBOX_OUTPUT({ bytes: failure.bytes, limitBytes: limits.outputBytes }, options);
    case 'wall':
      return raise.SANDBOX_TIMEOUT_WALL({ limitMs: limits.wallMs }, options);
    case 'cpu':
      return raise.SANDBOX_TIMEOUT_CPU({ limitMs: limits.cpuMs }, options);
    case 'memory':
      return raise.SANDBOX_MEMORY({ limitMb: limits.memoryMb }, options);
    case 'stalled':
      return raise.SANDBOX_SCRIPT_STALLED({}, options);
    case 'cancelled':
      return raise.SANDBOX_CANCELLED({}, options);
    case 'stopped':
      return raise.SANDBOX_STOPPED({}, options);
    case 'crashed':
      return raise.SANDBOX_CRASHED({ how: failure.how }, options);
  }
}

function positionOf(failure: Failure, file: string): Position | undefined {
  if (!('line' in failure) || !failure.line) return undefined;
  return { file, line: failure.line, column: failure.column ?? 1 };
}
