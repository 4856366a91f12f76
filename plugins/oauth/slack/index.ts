import { definePlugin } from '@backplane/sdk';
import { slack } from './slack.ts';
import { slackUser } from './slack-user.ts';

export default definePlugin({ id: 'oauth-slack', contributes: [slack, slackUser] });
