import { type Exchange, jsonTemplate } from '@backplane/sdk';
import { holds, jsonPath, makePlaces, removeAt, visitPlaces } from './json-path.ts';
import { picker } from './pick.ts';
import type { BodyChanges } from './settings.ts';

/** Changes a value that nobody else holds. */
export type ChangeBody = (exchange: Exchange, body: unknown) => unknown;

/** Throws a TypeError for a placeholder that there is not. */
export function changeBody({ pick, omit, rename, move, set, defaults, template }: BodyChanges): ChangeBody {
  const steps: ChangeBody[] = [];
  if (pick !== undefined) {
    const only = picker(pick.map(jsonPath));
    steps.push((_, body) => only(body));
  }
  const inPlace = (step: (exchange: Exchange, body: unknown) => void) =>
    steps.push((exchange, body) => {
      step(exchange, body);
      return body;
    });
  for (const path of omit.map(jsonPath)) inPlace((_, body) => visitPlaces(body, path, removeAt));
  for (const [from, name] of Object.entries(rename)) {
    const path = jsonPath(from);
    inPlace((_, body) =>
      visitPlaces(body, path, (container, key) => {
        if (Array.isArray(container) || key === name || !holds(container, key)) return;
        const value = container[key];
        delete container[key];
        container[name] = value;
      }),
    );
  }
  for (const [from, to] of Object.entries(move)) {
    const [source, target] = [jsonPath(from), jsonPath(to)];
    inPlace((_, body) =>
      visitPlaces(body, source, (container, key) => {
        if (!holds(container, key)) return;
        const value = container[key];
        removeAt(container, key);
        makePlaces(body, target, (other, name) => {
          other[name] = value;
        });
      }),
    );
  }
  for (const [values, onlyMissing] of [
    [set, false],
    [defaults, true],
  ] as const) {
    for (const [at, shape] of Object.entries(values)) {
      const path = jsonPath(at);
      const value = jsonTemplate(shape);
      inPlace((exchange, body) =>
        makePlaces(body, path, (container, key) => {
          if (!onlyMissing || !holds(container, key)) container[key] = value(exchange, body);
        }),
      );
    }
  }
  if (template !== undefined) steps.push(jsonTemplate(template));
  return (exchange, body) => {
    let changed = body;
    for (const step of steps) changed = step(exchange, changed);
    return changed;
  };
}
