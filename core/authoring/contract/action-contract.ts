import { thrownText } from '../../plugins/thrown-text.ts';
import type { ActionFacts } from '../bench/plugin-facts.ts';
import type { CheckResult, ContractTarget } from './contract-check.ts';
import { placeholderSecrets, runExample } from './run-example.ts';

/** How long an action that was cancelled may go on, in milliseconds. */
const GRACE_MS = 2_000;

/** What every action has to hold. */
export async function actionContract(target: ContractTarget, action: ActionFacts): Promise<CheckResult[]> {
  const contribution = `action ${action.name}`;
  return [
    ...(await examples(target, action)),
    await refusesUnknownArguments(target, action),
    await endsWhenCancelled(target, action),
  ].map((result) => ({ contribution, ...result }));
}

async function examples({ project, bench }: ContractTarget, action: ActionFacts): Promise<CheckResult[]> {
  if (action.examples.length === 0)
    return [{ name: 'an example gives what it promises', state: 'skipped', problem: 'it has no example' }];
  const results: CheckResult[] = [];
  for (const example of action.examples) {
    const name = `the example “${example.name}” gives what it promises`;
    const run = await runExample(bench, project, action, example);
    if (run.state === 'held') results.push({ name, state: 'passed' });
    else if (run.state === 'broken') results.push({ name, state: 'failed', problem: run.problem });
    else if (run.state === 'lacking')
      results.push({ name, state: 'skipped', problem: `only a host can run it: ${run.problem}` });
    else results.push({ name, state: 'skipped', problem: `it sends requests, and ${run.file} is missing` });
  }
  return results;
}

/** With `z.strictObject`; an action that takes any argument by design has a schema that says so. */
async function refusesUnknownArguments({ bench }: ContractTarget, action: ActionFacts): Promise<CheckResult> {
  const name = 'an argument that it does not have is refused';
  if (action.inputSchema.additionalProperties !== false)
    return { name, state: 'skipped', problem: 'its `input` allows others' };
  const { error } = await bench.call({
    action: action.name,
    input: { ...(action.examples[0]?.input as object | undefined), no_such_argument: 1 },
    secrets: placeholderSecrets(action),
    httpFixture: [],
  });
  return error?.code === 'INPUT_INVALID'
    ? { name, state: 'passed' }
    : { name, state: 'failed', problem: error === undefined ? 'it was taken' : `${error.code}: ${error.message}` };
}

/** A tier answers a cancelled call at once, whatever its plugin does: this asks the code itself. */
async function endsWhenCancelled({ project, bare }: ContractTarget, action: ActionFacts): Promise<CheckResult> {
  const name = 'it ends when the run is cancelled';
  const [example] = action.examples;
  if (example === undefined) return { name, state: 'skipped', problem: 'it has no example' };
  const recorded = project.read(`fixtures/${action.name}.json`);
  const late = Promise.withResolvers<string>();
  const tooLong = `it went on for more than ${GRACE_MS / 1000} s after \`signal\` had aborted`;
  const timer = setTimeout(() => late.resolve(tooLong), GRACE_MS);
  const call = bare.call({
    action: action.name,
    input: example.input as Readonly<Record<string, unknown>>,
    secrets: placeholderSecrets(action),
    httpFixture: recorded === undefined ? [] : JSON.parse(recorded),
    abortAfterMs: 1,
  });
  const ended = call.then(
    () => undefined,
    (lost) => thrownText(lost),
  );
  const problem = await Promise.race([ended, late.promise]);
  clearTimeout(timer);
  return problem === undefined ? { name, state: 'passed' } : { name, state: 'failed', problem };
}
