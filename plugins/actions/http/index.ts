import { definePlugin } from '@backplane/sdk';
import { httpErrors } from './errors.ts';
import { httpPaginate } from './http-paginate.ts';
import { httpPoll } from './http-poll.ts';
import { httpRequest } from './http-request.ts';

export default definePlugin({ id: 'http', contributes: [httpRequest, httpPoll, httpPaginate], errors: httpErrors });
