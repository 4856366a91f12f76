import type { Request, RequestHandler, Response, Router } from 'express';
import { raise } from '../../errors/catalogue.ts';
import { toErrorRecord } from '../../errors/to-record.ts';
import { refuseOtherSites } from '../../identity/sessions/same-origin.ts';
import { validate } from '../mount-route.ts';
import { formFields, jsonBody, rawBody } from '../request-body.ts';
import type { Answer, RouteDescription } from '../route.ts';
import { sendAnswer } from '../send-answer.ts';
import { PAGE_HEADERS } from './page-layout.ts';
import { recordSignIn, type SignInRecording } from './record-sign-in.ts';
import { problemPage } from './sign-in-page.ts';

export interface OpenCall<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly request: Request;
  readonly response: Response;
}

/** An address that needs no proof of who calls. */
export interface OpenRoute<P = any, Q = any, B = any> extends RouteDescription<P, Q, B> {
  readonly access: 'open';
  /** `any`: pages of other sites may lead a browser here, as providers do. Default: only pages of this host. */
  readonly from?: 'any';
  /** People see the answer: what is refused is said on a page. */
  readonly isPage?: boolean;
  /** Bodies are a form, not JSON. */
  readonly isForm?: boolean;
  handle(call: OpenCall<P, Q, B>): Promise<Answer>;
}

export function defineOpenRoute<P, Q, B>(route: OpenRoute<P, Q, B>): OpenRoute<P, Q, B> {
  return route;
}

export interface OpenMountOptions extends SignInRecording {
  readonly body: RequestHandler;
  baseUrl(): string;
}

/** Answers are never kept by anybody on the way. */
export function mountOpenRoute(router: Router, route: OpenRoute, options: OpenMountOptions): void {
  const answer = async (request: Request, response: Response) => {
    response.setHeader('Cache-Control', 'no-store');
    if (route.from !== 'any') refuseOtherSites(request, options.baseUrl());
    const problems: string[] = [];
    const params = validate(route.params, request.params, 'path', problems);
    const query = validate(route.query, { ...request.query }, 'query', problems);
    const given = route.isForm
      ? formFields(rawBody(request).toString('utf8'))
      : route.body
        ? (jsonBody(request) ?? {})
        : undefined;
    const content = validate(route.body, given, 'body', problems);
    if (problems.length > 0) throw raise.HTTP_INVALID_REQUEST({ problems });
    const call = { params, query, body: content, request, response };
    sendAnswer(response, await recordSignIn(options, route, call, () => route.handle(call)));
  };
  router[route.method](route.path, options.body, async (request: Request, response: Response) => {
    response.locals['route'] = `/api${route.path}`;
    try {
      await answer(request, response);
    } catch (error) {
      const problem = toErrorRecord(error);
      if (route.isPage !== true || problem.code === 'INTERNAL' || request.accepts(['json', 'html']) !== 'html')
        throw error;
      response
        .status(problem.status ?? 500)
        .set(PAGE_HEADERS)
        .send(problemPage(problem));
    }
  });
}
