/** What callers sent, oldest first, with a bound so that long judges do not fill the memory. */
import { createMatcher } from './faults.ts';
import type { LoggedRequest } from './sandbox.ts';

/** up to a tenth more for a while; the oldest go first */
export const loggedRequestsKept = 50_000;

export interface RequestLog {
  add(request: LoggedRequest): void;
  list(on?: string): LoggedRequest[];
  clear(): void;
  /** Resolves when this many matching requests have arrived since the last clear. */
  arrived(on: string, count: number): Promise<void>;
}

type Matcher = ReturnType<typeof createMatcher>;

export function createRequestLog(kept: number = loggedRequestsKept): RequestLog {
  let requests: LoggedRequest[] = [];
  let watchers: { matches: Matcher; missing: number; resolve: () => void }[] = [];
  const matching = (matches: Matcher): LoggedRequest[] => requests.filter(({ method, path }) => matches(method, path));

  return {
    add(request) {
      requests.push(request);
      // cut in slices: shifting one by one would move the whole array for every request
      if (requests.length > kept * 1.1) requests = requests.slice(-kept);
      for (const watcher of watchers) {
        if (watcher.matches(request.method, request.path)) watcher.missing -= 1;
        if (watcher.missing <= 0) watcher.resolve();
      }
      watchers = watchers.filter(({ missing }) => missing > 0);
    },
    list: (on) => (on === undefined ? [...requests] : matching(createMatcher(on))),
    clear() {
      requests = [];
    },
    arrived: (on, count) =>
      new Promise((resolve) => {
        const matches = createMatcher(on);
        const missing = count - matching(matches).length;
        if (missing <= 0) resolve();
        else watchers.push({ matches, missing, resolve });
      }),
  };
}
