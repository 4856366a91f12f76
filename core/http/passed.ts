import type { Request, RequestHandler, Response } from 'express';
import { fromBodyParser } from './problem.ts';

/** Runs a middleware to its end; what it objects to is thrown as a coded error, whichever way it says so. */
export function passed(middleware: RequestHandler, request: Request, response: Response): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const ended: unknown = middleware(request, response, (problem?: unknown) =>
      problem === undefined ? resolve() : reject(problem as Error),
    );
    if (ended instanceof Promise) ended.catch(reject);
  }).catch((problem: unknown) => {
    throw fromBodyParser(problem);
  });
}
