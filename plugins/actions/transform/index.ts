import { definePlugin } from '@backplane/sdk';
import { apply } from './apply.ts';
import { deduplicate } from './deduplicate.ts';
import { dropNulls } from './drop-nulls.ts';
import { transformErrors } from './errors.ts';
import { evalJsonpaths } from './eval-jsonpaths.ts';
import { filter } from './filter.ts';
import { flattenJson } from './flatten-json.ts';
import { isDuplicate } from './is-duplicate.ts';
import { mapItems } from './map-items.ts';
import { membershipAction } from './membership-action.ts';
import { reshape } from './reshape.ts';

export const isIn = membershipAction('is_in', 'Is in', 'Keeps the items that are in a collection.');
export const notIn = membershipAction('not_in', 'Not in', 'Keeps the items that are not in a collection.');

export default definePlugin({
  id: 'transform',
  contributes: [
    reshape,
    filter,
    apply,
    mapItems,
    isIn,
    notIn,
    dropNulls,
    deduplicate,
    isDuplicate,
    flattenJson,
    evalJsonpaths,
  ],
  errors: transformErrors,
});
