import { BackplaneError } from '@backplane/sdk';
import type { Request, RequestHandler, Response } from 'express';
import { raise } from '../../errors/catalogue.ts';
import { toErrorRecord } from '../../errors/to-record.ts';
import type { InteractionRecord } from '../../executor/interaction-record.ts';
import type { InteractionAnswer } from '../../executor/scheduler/interaction-state.ts';
import type { ApiServices } from '../api-services.ts';
import { formFields, jsonBody, mediaType, rawBody } from '../request-body.ts';
import { sendAnswer } from '../send-answer.ts';
import { answerOf, decisionOf, freeDecisionBody } from './answer-body.ts';
import { answerPage, PAGE_HEADERS, problemPage } from './answer-page.ts';
import { readLink } from './read-link.ts';

type Services = Pick<ApiServices, 'engine' | 'workflows' | 'links' | 'access' | 'groupsOf'>;

/**
 * `/api/interactions/{id}/answer/{token}`, for people who have nothing but the link: GET shows what is asked and changes nothing,
 * as mail scanners follow links; POST answers, once a link.
 */
export function answerHandler(services: Services): RequestHandler {
  return async (request, response) => {
    response.locals['route'] = '/api/interactions/{id}/answer/{token}';
    const wantsPage = request.method === 'GET' || request.method === 'HEAD' || isForm(request);
    try {
      if (request.method === 'POST') await post(services, request, response);
      else await show(services, request, response);
    } catch (error) {
      if (!wantsPage) throw error;
      const record = toErrorRecord(error);
      if ((record.status ?? 500) >= 500) throw error;
      sendPage(response, record.status!, problemPage(record));
    }
  };
}

function addressOf(request: Request): { readonly id: string; readonly token: string } {
  return { id: String(request.params['id']), token: String(request.params['token']) };
}

async function show(services: Services, request: Request, response: Response): Promise<void> {
  const { engine, workflows } = services;
  const { id, token } = addressOf(request);
  const { approver } = await readLink(services, { id, token });
  const asked = await askedOf(engine, id);
  const title = await titleOf(workflows, asked.workflow);
  const { decision } = request.query;
  const leaning = decision === 'approve' || decision === 'reject' ? ({ leaning: decision } as const) : {};
  sendPage(response, 200, answerPage({ asked, title, approver, ...leaning }));
}

/** Of the workflow, as long as there is one. */
async function titleOf(workflows: Services['workflows'], id: string): Promise<string> {
  const found = await workflows.byId(id).catch((error) => {
    if (BackplaneError.is(error) && error.code === 'WORKFLOW_NOT_FOUND') return undefined;
    throw error;
  });
  return found?.definition.title ?? id;
}

async function post(services: Services, request: Request, response: Response): Promise<void> {
  const { engine } = services;
  const { id, token } = addressOf(request);
  const { approver, groups } = await readLink(services, { id, token });
  refuseForeign(request);
  const asked = await askedOf(engine, id);
  const speaker = { approver, groups, via: 'link', once: true } as const;
  if (!isForm(request)) {
    const answered = await engine.answer(id, answerOf(asked, jsonBody(request), speaker));
    sendAnswer(response, { body: { id, status: answered.status } });
    return;
  }
  await engine.answer(id, fromForm(asked, request, speaker));
  // A reload of what follows sends nothing again. Relative: a proxy in front may have put the host below a path of its own.
  response.set('Cache-Control', 'no-store').redirect(303, `./${token}`);
}

function fromForm(
  asked: InteractionRecord,
  request: Request,
  speaker: Pick<InteractionAnswer, 'approver' | 'groups' | 'via' | 'once'>,
): InteractionAnswer {
  const { decision, comment, response = '' } = formFields(rawBody(request).toString('utf8'));
  if (asked.type === 'response') return answerOf(asked, response, speaker);
  const said = freeDecisionBody.pick({ decision: true, comment: true }).safeParse({ decision, comment });
  if (!said.success)
    throw raise.HTTP_INVALID_REQUEST({
      problems: ['body: expected a decision, and a comment of at most 2000 characters'],
    });
  return decisionOf({ ...said.data, data: undefined }, speaker);
}

async function askedOf(engine: ApiServices['engine'], id: string): Promise<InteractionRecord> {
  const asked = await engine.interaction(id);
  // The link is genuine, so there is such a step, and its action still runs.
  if (asked === undefined) throw raise.INTERACTION_NOT_OPEN({ id }, { retryAfterMs: 1_000 });
  return asked;
}

/** Browsers tell where a request comes from; other programs say nothing, and hold the link themselves. */
function refuseForeign(request: Request): void {
  const site = request.get('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw raise.INTERACTION_FOREIGN_FORM(undefined);
}

function isForm(request: Request): boolean {
  return mediaType(request) === 'application/x-www-form-urlencoded';
}

function sendPage(response: Response, status: number, html: string): void {
  response.status(status).set(PAGE_HEADERS).send(html);
}
