import express, { type Request, type Response, type Router } from 'express';
import type { z } from 'zod';
import { raise } from '../../errors/catalogue.ts';
import { toErrorRecord } from '../../errors/to-record.ts';
import { refuseOtherSites } from '../../identity/sessions/same-origin.ts';
import { formFields, rawBody } from '../request-body.ts';
import type { SignInRouteServices } from './basic-routes.ts';
import { type Note, PAGE_HEADERS } from './page-layout.ts';

const MOST_FORM_BYTES = 16_384;

export interface PageForm<T> {
  readonly path: string;
  readonly schema: z.ZodType<T>;
  act(given: T, request: Request, response: Response): Promise<void>;
  /** Shows the form again, with what was refused above it. */
  again(
    note: Note,
    given: Record<string, unknown>,
    request: Request,
    response: Response,
    status: number,
  ): Promise<void>;
}

export const sendPage = (response: Response, html: string, status = 200) =>
  void response.status(status).set(PAGE_HEADERS).send(html);

export const pageFields = (request: Request) => formFields(rawBody(request).toString('utf8'));

/** Does what a form asks for; what the host refuses is said above the same form. */
export function mountForm<T>(router: Router, { identity, browser }: SignInRouteServices, form: PageForm<T>): void {
  const body = express.raw({ type: 'application/x-www-form-urlencoded', limit: MOST_FORM_BYTES });
  router.post(form.path, body, async (request, response) => {
    refuseOtherSites(request, identity.baseUrl());
    const given = pageFields(request);
    try {
      const parsed = form.schema.safeParse({ ...given });
      if (!parsed.success)
        throw raise.HTTP_INVALID_REQUEST({
          problems: parsed.error.issues.map((issue) => `${issue.path.join('.')} is not filled in as it must be`),
        });
      browser.requireSafeTransport(request);
      await form.act(parsed.data, request, response);
    } catch (error) {
      const { status = 500, message, remedy, retryAfterMs } = toErrorRecord(error);
      if (status >= 500) throw error;
      if (retryAfterMs !== undefined) response.set('Retry-After', String(Math.ceil(retryAfterMs / 1000)));
      await form.again({ kind: 'bad', text: message, more: remedy }, given, request, response, status);
    }
  });
}
