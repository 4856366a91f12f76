import { defineTemplate } from '@backplane/sdk';

export const shout = defineTemplate({ name: 'tools.acme_cards.shout', file: './templates/shout.yaml' });
