import { type Discovery, defineServiceDiscovery } from '@backplane/sdk';
import { z } from 'zod';
import { ContributionBoard, type MountOwner } from '../../plugins/contributions/contribution-board.ts';
import { DiscoveryDesk } from '../discovery/discovery-desk.ts';
import { SILENT, upstream } from '../gateway.fixture.ts';
import type { ServicesSource, UpstreamModel } from '../model/upstream-model.ts';

/** An upstream of services that the path names. */
export function services(name: string, more: Partial<ServicesSource> = {}, rest: Partial<UpstreamModel> = {}) {
  const targets: ServicesSource = {
    kind: 'services',
    use: 'list',
    config: {},
    service: '{service}',
    beforeDot: 'name',
    tags: [],
    scheme: 'http',
    pollMs: 5,
    only: ['*'],
    except: [],
    most: 100,
    idleMs: 600_000,
    ...more,
  };
  return upstream(name, [], { targets, ...rest });
}

/** A board with one registry on it, and what lends it. */
export function registry(discovery: Discovery) {
  const board = new ContributionBoard();
  const list = defineServiceDiscovery({
    name: 'list',
    title: 'List',
    summary: 'A list.',
    config: z.looseObject({}),
    open: () => discovery,
  });
  const owner = { id: 'lists', log: SILENT, signal: new AbortController().signal, ports: {} };
  board.post(owner as unknown as MountOwner, [{ kind: 'service-discovery', value: { ...list, uses: [] } as never }]);
  return new DiscoveryDesk({ board, bring: async () => 'lists' });
}
