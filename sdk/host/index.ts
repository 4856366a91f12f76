/** What hosts and tools need to read plugins by the same rules. Plugins have no use for it. */
export {
  type ContributionIndex,
  emptyIndex,
  INDEX_KEYS,
  type IndexKey,
  NAME_LIST_KEYS,
  NAME_RULES,
  type NameListKey,
} from './contribution-index.ts';
export { contributionKind, contributionProblems, isSchema } from './contribution-problems.ts';
export { indexDifferences } from './index-differences.ts';
export { contributionName, indexOf, writtenIndex } from './index-of.ts';
export { type HostRule, hostCovers, networkAllows } from './network-allows.ts';
export { CAPABILITIES, CAPABILITY_OF, type Capability } from './port-capability.ts';
export { type AskedCapabilities, type CapabilityUser, undeclaredCapabilities } from './undeclared-capabilities.ts';
