import { formatCount } from '../shards/numbers.ts';

/** Texts about pictures that are not in the shard. */
export const pictureStrings = {
  elsewhere: (host: string, others: number) => {
    const more = others === 0 ? '' : others === 1 ? ' and 1 other host' : ` and ${formatCount(others)} other hosts`;
    return `Pictures of these rows are at ${host}${more}; nothing is fetched before you allow it.`;
  },
  unasked: (host: string) => `At ${host}: not fetched before you allow it`,
  allow: 'Allow...',
  notNow: 'Not Now',
};
