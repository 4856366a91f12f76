import { fileURLToPath } from 'node:url';
import { Router } from 'express';
import { raise } from '../../errors/catalogue.ts';
import type { ApiServices } from '../api-services.ts';
import { pageFile } from './page-file.ts';

const HOST_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/**
 * Of the files of plugins. `sandbox` holds also for somebody who opens the address by hand: without it the page's scripts would run as
 * the console's own.
 */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'none'; form-action 'none'; frame-ancestors 'self'; base-uri 'none'; sandbox allow-scripts allow-forms";

const assets = fileURLToPath(new URL('assets/', import.meta.url));

/** `/console`: the pages of plugins, each in a frame of its own. The files are not secret; what they show comes over the plugin's routes. */
export function consoleRouter({ board }: Pick<ApiServices, 'board'>): Router {
  const router = Router();
  router.get('/plugins', (_request, response) => {
    response.setHeader('Content-Security-Policy', HOST_POLICY);
    response.sendFile('pages.html', { root: assets });
  });
  for (const name of ['pages.js', 'bridge.js']) {
    router.get(`/assets/${name}`, (_request, response) => {
      response.setHeader('Access-Control-Allow-Origin', '*');
      response.sendFile(name, { root: assets });
    });
  }
  router.get('/plugins/:id/:page{/*below}', (request, response, next) => {
    const { id, page } = request.params as { readonly id: string; readonly page: string };
    response.locals['route'] = '/console/plugins/{id}/{page}';
    const posted = board
      .of('console-page')
      .find(({ owner, contribution }) => owner.id === id && contribution.name === page);
    const below = ((request.params as { below?: readonly string[] }).below ?? []).join('/');
    // What stands beside the page is named by relative addresses, which need the slash.
    if (posted !== undefined && below === '' && !request.path.endsWith('/')) {
      response.redirect(301, `/console/plugins/${id}/${page}/`);
      return;
    }
    const file = posted && pageFile(posted, below);
    if (file === undefined) throw raise.HTTP_NOT_FOUND({ what: 'such page' });
    response.removeHeader('X-Frame-Options');
    response.setHeader('Content-Security-Policy', PAGE_POLICY);
    // A frame without an origin of its own loads modules and fonts only where everybody may.
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Cache-Control', 'no-cache');
    response.sendFile(file, { dotfiles: 'allow', cacheControl: false }, (problem) => problem && next(problem));
  });
  return router;
}
