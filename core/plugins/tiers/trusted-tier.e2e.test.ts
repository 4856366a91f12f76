import { tierContract } from './tier.contract.ts';

tierContract('trusted');
