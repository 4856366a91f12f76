import type { ExpressionFunction } from './expression-function.ts';
import { functionAreas } from './function-areas.ts';
import { functionNames } from './function-table.ts';

const INTRODUCTION = `# Expression functions

Made from the code; do not edit. ${functionNames().length} functions, called as \`FN.name(…)\` inside \`\${{ }}\`.
\`FN.name.map(…)\` calls one for every item of its lists. Parameters with \`?\` may be left out; \`*\` takes any number.`;

/** The reference page of all functions, as Markdown. */
export function functionsPage(): string {
  const areas = functionAreas.map(({ title, functions }) => {
    const rows = functions.map((entry) => `| ${signature(entry)} | ${cell(entry.summary)} |`);
    return [`## ${title}`, '', '| Function | Result |', '|---|---|', ...rows].join('\n');
  });
  return `${[INTRODUCTION, ...areas].join('\n\n')}\n`;
}

function signature({ name, parameters, minArguments }: ExpressionFunction): string {
  const shown = parameters.map((parameter, at) =>
    at >= minArguments && !parameter.startsWith('*') ? `${parameter}?` : parameter,
  );
  return `\`FN.${name}(${shown.join(', ')})\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
