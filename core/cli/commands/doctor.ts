import { resolve } from 'node:path';
import { loadConfig } from '../../config/load-config.ts';
import { CHECKOUT } from '../../host/checkout.ts';
import { examine, type Finding } from '../../host/examine.ts';
import { endAtOnce } from '../end-at-once.ts';
import { EXIT } from '../exit-code.ts';
import { printJson } from '../output.ts';

interface DoctorOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** `backplane doctor`: is everything here that the host needs, and where did each setting come from. */
export async function doctor(options: DoctorOptions): Promise<void> {
  const folder = resolve(options.config ?? resolve(CHECKOUT, 'config'));
  const loaded = loadConfig(folder, process.env);
  const findings = await examine(loaded.config, folder, endAtOnce);
  const settings = [...loaded.origins].map(([key, origin]) => ({ key, origin }));
  if (options.json) printJson({ findings, settings });
  else print(findings, settings);
  if (findings.some((finding) => !finding.ok)) process.exitCode = EXIT.failed;
}

function print(findings: readonly Finding[], settings: readonly { key: string; origin: string }[]): void {
  for (const { ok, what, detail, remedy } of findings) {
    process.stdout.write(`${ok ? 'ok    ' : 'FAULT '} ${what}: ${detail}\n`);
    if (remedy !== undefined) process.stdout.write(`        → ${remedy}\n`);
  }
  process.stdout.write(
    settings.length === 0 ? 'All settings have their defaults.\n' : 'Settings that are not defaults:\n',
  );
  for (const { key, origin } of settings) process.stdout.write(`  ${key}  from ${origin}\n`);
}
