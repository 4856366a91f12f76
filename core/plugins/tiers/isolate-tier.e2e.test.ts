import { tierContract } from './tier.contract.ts';

tierContract('isolate');
