/** Tests of plugins without a host: the same checks, ports and errors as on a real one. */
export { assertClean } from './contracts/action-checks.ts';
export type { Check } from './contracts/check.ts';
export { contractChecks, describePlugin } from './contracts/contract-checks.ts';
export type { ContractOptions } from './contracts/contract-options.ts';
export {
  blobStoreChecks,
  eventBusChecks,
  type Open,
  secretStoreChecks,
  serviceDiscoveryChecks,
} from './contracts/store-checks.ts';
export { type CallOptions, type FakeHost, type FakeHostOptions, fakeHost, type LogLine } from './fake-host.ts';
export { headerList } from './gateway/header-list.ts';
export { type MemoryMeters, memoryMeters } from './gateway/memory-meters.ts';
export { type RemoteSharedState, remoteSharedState } from './gateway/remote-shared-state.ts';
export type { TrialRequest, TrialRoute } from './gateway/trial-exchange.ts';
export {
  type PolicyTrial,
  type PolicyTrialOptions,
  type RouteAnswer,
  type TrialAnswer,
  tryPolicy,
  type UpstreamAnswer,
  type UpstreamRequest,
} from './gateway/try-policy.ts';
export { memoryKv } from './memory-kv.ts';
export { memorySharedState } from './memory-shared-state.ts';
export type { TestManifest } from './network-rules.ts';
export { type CassetteEntry, type RecordOptions, recordedHttp } from './recorded-http.ts';
export { type GivenReply, replyHttp } from './reply-http.ts';
export { type TestClock, testClock } from './test-clock.ts';
export type { SentRequest } from './watched-http.ts';
