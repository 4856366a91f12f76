import type { Job } from './job.ts';

/** Waiting jobs, handed out in turn by tenant, so that one who starts thousands does not keep the others waiting. */
export class TenantQueue {
  #byTenant = new Map<string, Job[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(job: Job): void {
    this.#size++;
    const jobs = this.#byTenant.get(job.message.tenant);
    if (jobs) jobs.push(job);
    else this.#byTenant.set(job.message.tenant, [job]);
  }

  /** Puts jobs back that were taken too early: they go first again, in their order. */
  putBack(jobs: readonly Job[]): void {
    for (const job of jobs.toReversed()) {
      this.#size++;
      const { tenant } = job.message;
      const rest = this.#byTenant.get(tenant) ?? [];
      this.#byTenant.delete(tenant);
      this.#byTenant = new Map([[tenant, [job, ...rest]], ...this.#byTenant]);
    }
  }

  /** The next job; its tenant goes to the end of the line. */
  take(): Job | undefined {
    const next = this.#byTenant.entries().next();
    if (next.done) return undefined;
    const [tenant, jobs] = next.value;
    const job = jobs.shift()!;
    this.#size--;
    this.#byTenant.delete(tenant);
    if (jobs.length > 0) this.#byTenant.set(tenant, jobs);
    return job;
  }

  remove(job: Job): boolean {
    const jobs = this.#byTenant.get(job.message.tenant);
    const index = jobs?.indexOf(job) ?? -1;
    if (index < 0) return false;
    jobs!.splice(index, 1);
    if (jobs!.length === 0) this.#byTenant.delete(job.message.tenant);
    this.#size--;
    return true;
  }

  takeAll(): Job[] {
    const all = [...this.#byTenant.values()].flat();
    this.#byTenant.clear();
    this.#size = 0;
    return all;
  }
}
