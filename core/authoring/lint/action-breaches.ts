import type { ActionFacts } from '../bench/plugin-facts.ts';
import type { PluginProject } from '../project/plugin-project.ts';
import type { SourceModule } from '../project/source-module.ts';
import type { Breach } from './lint-rule.ts';

/** What a rule says of every action, placed where the action's name stands in the code. */
export function actionBreaches(
  project: PluginProject,
  judge: (action: ActionFacts, source: SourceModule | undefined) => readonly string[],
): Breach[] {
  return (project.facts?.actions ?? []).flatMap((action) => {
    const source =
      project.sources.find(({ isTest, text }) => !isTest && text.includes(`'${action.name}'`)) ??
      project.sources.find(({ isTest, text }) => !isTest && text.includes(action.name));
    const position = source?.positionOf({ start: source.text.indexOf(action.name) });
    return judge(action, source).map((message) => ({
      message: `\`${action.name}\`: ${message}`,
      ...(position === undefined ? {} : { position }),
    }));
  });
}
