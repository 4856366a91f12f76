import { definePlugin } from '@backplane/sdk';
import { runJavascript } from './run-javascript.ts';
import { runTypescript } from './run-typescript.ts';

export default definePlugin({ id: 'script', contributes: [runJavascript, runTypescript] });
