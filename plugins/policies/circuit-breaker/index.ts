import { definePlugin } from '@backplane/sdk';
import { circuitBreaker } from './circuit-breaker.ts';

export default definePlugin({ id: 'policy-circuit-breaker', contributes: [circuitBreaker] });
