import { kindsContract } from './kinds.contract.ts';

kindsContract('trusted');
