/** Which entries; absent ones let everything pass. */
export interface AuditFilter {
  readonly organization?: string | undefined;
  readonly workspace?: string | undefined;
  /** Id or name. */
  readonly actor?: string | undefined;
  /** `workflow.*`; stars stand for any text. */
  readonly action?: string | undefined;
  readonly outcome?: string | undefined;
  readonly resource?: string | undefined;
  readonly resourceId?: string | undefined;
  /** At this time or later. */
  readonly after?: Date | undefined;
  /** Earlier than this. */
  readonly before?: Date | undefined;
}

/** The filter as a condition with its values, for rows before `seq`. */
export function auditConditions(
  filter: AuditFilter,
  seq: string | undefined,
): { readonly where: string; readonly values: readonly unknown[] } {
  const values: unknown[] = [];
  const conditions = ['true'];
  const add = (value: unknown, condition: (place: string) => string) => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  add(seq, (at) => `seq < ${at}::bigint`);
  add(filter.organization, (at) => `organization_id = ${at}`);
  add(filter.workspace, (at) => `workspace_id = ${at}`);
  add(filter.actor, (at) => `(actor_id = ${at} OR actor_name = ${at})`);
  add(filter.action && likePattern(filter.action), (at) => `action LIKE ${at}`);
  add(filter.outcome, (at) => `outcome = ${at}`);
  add(filter.resource, (at) => `resource_type = ${at}`);
  add(filter.resourceId, (at) => `resource_id = ${at}`);
  add(filter.after, (at) => `at >= ${at}`);
  add(filter.before, (at) => `at < ${at}`);
  return { where: conditions.join(' AND '), values };
}

const likePattern = (glob: string) => glob.replaceAll(/[\\%_]/g, '\\$&').replaceAll('*', '%');
