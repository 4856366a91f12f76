import { definePlugin } from '@backplane/sdk';
import { docker } from './docker.ts';

export default definePlugin({ id: 'discovery-docker', contributes: [docker] });
