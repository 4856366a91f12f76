import type { AccessNews } from './access-news.ts';

/** Two ways to hear of changes, of which each must work: while one does not, nothing is kept. */
export function bothNews(one: AccessNews, other: AccessNews): AccessNews {
  return {
    get live() {
      return one.live && other.live;
    },
    async publish(subject) {
      await Promise.all([one.publish(subject), other.publish(subject)]);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([one[Symbol.asyncDispose](), other[Symbol.asyncDispose]()]);
    },
  };
}
