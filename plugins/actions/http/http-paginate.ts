import { isDeepStrictEqual } from 'node:util';
import { defineAction, type Expressions } from '@backplane/sdk';
import { z } from 'zod';
import { httpPaginateArguments } from './arguments.ts';
import { nextPage } from './next-page.ts';
import { type Response, readReply } from './read-reply.ts';
import { sendAndCheck } from './send.ts';
import { tlsSecrets } from './tls-secrets.ts';

type Arguments = z.output<typeof httpPaginateArguments>;

export const httpPaginate = defineAction({
  name: 'core.http_paginate',
  title: 'HTTP paginate',
  summary: 'Follows the pages of an HTTP API and gives all items, or all responses, in one list.',
  group: 'HTTP',
  input: httpPaginateArguments,
  output: z.array(z.unknown()),
  uses: ['http', 'secrets', 'expressions'],
  secrets: tlsSecrets,
  effect: 'write',
  idempotent: 'with-key',
  exactNumbers: true,
  examples: [
    {
      name: 'follow next links',
      input: {
        url: 'https://api.example.com/items',
        stop_condition: "lambda x: not x['data'].get('next')",
        next_request: "lambda x: {'url': x['data']['next']}",
        items_jsonpath: '$.items',
      },
    },
  ],
  async run(call) {
    const { input, expressions } = call;
    const isLast = expressions.lambda(input.stop_condition);
    const nextRequest = expressions.lambda(input.next_request);
    const results: unknown[] = [];
    let request: Arguments | undefined = input;
    for (let page = 1; request !== undefined && results.length < input.limit; page += 1) {
      const reply = await sendAndCheck(request, call);
      const response = readReply(reply, input);
      const items = itemsOf(response, input.items_jsonpath, expressions);
      for (const item of items.slice(0, input.limit - results.length)) results.push(item);
      call.progress(`page ${page}: ${results.length} so far`);
      if (results.length >= input.limit || expressions.isTruthy(isLast(response))) break;
      const next: Arguments | undefined = nextPage(request, nextRequest(response));
      // The same question to someone whose answers never change would be asked forever.
      request = reply.fixture !== undefined && isDeepStrictEqual(next, request) ? undefined : next;
    }
    return results;
  },
});

function itemsOf(response: Response, path: string | undefined, expressions: Expressions): readonly unknown[] {
  if (path === undefined) return [response];
  const found = expressions.jsonpath(path, response.data);
  // A page that is itself the list of items needs no path; one that was written for a map then finds nothing.
  const items = (found === null || found === undefined) && Array.isArray(response.data) ? response.data : found;
  if (items === null || items === undefined) return [];
  return Array.isArray(items) ? items : [items];
}
