import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import type { TestLine } from './own-tests.ts';

/** A reporter of Node's test runner: one JSON line a test. */
export default async function* testLines(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const {
      name,
      file = '',
      skip,
      details,
    } = data as {
      readonly name: string;
      readonly file?: string;
      readonly skip?: string | boolean;
      readonly details: {
        readonly type?: string;
        readonly error?: { readonly message: string; readonly cause?: { readonly message?: string } };
      };
    };
    if (details.type === 'suite') continue;
    const { error } = details;
    const state = type === 'test:fail' ? 'failed' : skip ? 'skipped' : 'passed';
    const problem = error === undefined ? {} : { problem: error.cause?.message ?? error.message };
    yield `${JSON.stringify({ name, file: relative(process.cwd(), file), state, ...problem } satisfies TestLine)}\n`;
  }
}
