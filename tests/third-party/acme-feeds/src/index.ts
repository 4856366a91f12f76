import { definePlugin } from '@backplane/sdk';
import { handedIn, handIn } from './handed-in.ts';
import { newEntry } from './new-entry.ts';
import { pushedEntry } from './pushed-entry.ts';

export default definePlugin({ id: 'acme-feeds', contributes: [newEntry, pushedEntry, handedIn, handIn] });
