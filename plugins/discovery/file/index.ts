import { definePlugin } from '@backplane/sdk';
import { file } from './file.ts';

export default definePlugin({ id: 'discovery-file', contributes: [file] });
