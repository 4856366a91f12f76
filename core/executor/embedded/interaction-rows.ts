import type { InteractionRow } from '../journal/interaction-row.ts';
import { maskedInteraction } from '../masked-interaction.ts';
import type { Command } from '../scheduler/command.ts';
import type { LiveRun } from './live-run.ts';

/** What of these commands people should find. Answers to steps with `mask_output` are hidden. */
export function interactionRows({ graph }: LiveRun, commands: readonly Command[]): readonly InteractionRow[] {
  return commands.flatMap((command) => {
    if (command.type !== 'IndexInteraction') return [];
    const { action, ref, stream, interaction } = command;
    const shown = graph.actions[action]!.maskOutput ? maskedInteraction(interaction) : interaction;
    return [{ ...shown, ref, ...(stream !== undefined && { stream }) }];
  });
}
