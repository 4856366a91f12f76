import type { LintRule } from './lint-rule.ts';
import { abortSignalUsed } from './rules/abort-signal-used.ts';
import { breakingSchemaNeedsMajor } from './rules/breaking-schema-needs-major.ts';
import { bundleSize } from './rules/bundle-size.ts';
import { capabilityUsed } from './rules/capability-used.ts';
import { changelogEntry } from './rules/changelog-entry.ts';
import { deprecatedApi } from './rules/deprecated-api.ts';
import { errorCodeUsed } from './rules/error-code-used.ts';
import { examplePerAction } from './rules/example-per-action.ts';
import { exampleValid } from './rules/example-valid.ts';
import { hostAccepts } from './rules/host-accepts.ts';
import { hostDeclaredForEachUrl } from './rules/host-declared-for-each-url.ts';
import { hostRangeBounded } from './rules/host-range-bounded.ts';
import { idFormat } from './rules/id-format.ts';
import { idempotencyDeclared } from './rules/idempotency-declared.ts';
import { manifestDrift } from './rules/manifest-drift.ts';
import { noAmbientEnv } from './rules/no-ambient-env.ts';
import { noAmbientProcess } from './rules/no-ambient-process.ts';
import { noAnyOutput } from './rules/no-any-output.ts';
import { noConsole } from './rules/no-console.ts';
import { noDynamicRequire } from './rules/no-dynamic-require.ts';
import { noInstallScripts } from './rules/no-install-scripts.ts';
import { noRuntimeDepsInSandbox } from './rules/no-runtime-deps-in-sandbox.ts';
import { outputSchemaPresent } from './rules/output-schema-present.ts';
import { passwordFieldsSecret } from './rules/password-fields-secret.ts';
import { rawSecretDiscouraged } from './rules/raw-secret-discouraged.ts';
import { readmePresent } from './rules/readme-present.ts';
import { versionMatches } from './rules/version-matches.ts';
import { wildcardHostReason } from './rules/wildcard-host-reason.ts';
import { zodNamespaceImport } from './rules/zod-namespace-import.ts';

/** Every rule, in the order of the page that explains them. */
export const LINT_RULES: readonly LintRule[] = [
  hostAccepts,
  manifestDrift,
  idFormat,
  versionMatches,
  hostRangeBounded,
  noAmbientProcess,
  noAmbientEnv,
  noDynamicRequire,
  noInstallScripts,
  noRuntimeDepsInSandbox,
  hostDeclaredForEachUrl,
  wildcardHostReason,
  rawSecretDiscouraged,
  capabilityUsed,
  passwordFieldsSecret,
  outputSchemaPresent,
  noAnyOutput,
  examplePerAction,
  exampleValid,
  idempotencyDeclared,
  abortSignalUsed,
  errorCodeUsed,
  noConsole,
  zodNamespaceImport,
  bundleSize,
  deprecatedApi,
  breakingSchemaNeedsMajor,
  changelogEntry,
  readmePresent,
];
