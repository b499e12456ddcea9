/** API versions by the calendar: one each quarter at 17:00 UTC, at least twelve months each, the next as a release candidate (contract shopify 2). */

const quarterMonths = [1, 4, 7, 10];
const yearMs = 365 * 86_400_000;
/** 2026-07 is accessible until 2027-07-16 15:00 UTC */
const graceMs = 14 * 86_400_000 + 22 * 3_600_000;

interface Quarter {
  handle: string;
  releasedAt: number;
}

function quarters(now: number): Quarter[] {
  const year = new Date(now).getUTCFullYear();
  return [year - 2, year - 1, year, year + 1].flatMap((one) => quarterMonths.map((month) => ({ handle: `${one}-${String(month).padStart(2, '0')}`, releasedAt: Date.UTC(one, month - 1, 1, 17) })));
}

const isOver = ({ releasedAt }: Quarter, now: number): boolean => now >= releasedAt + yearMs + graceMs;

export interface ApiVersion {
  handle: string;
  displayName: string;
  supported: boolean;
}

/** Accessible versions, oldest first, then the release candidate and `unstable`. */
export function accessibleVersions(now: number): ApiVersion[] {
  const all = quarters(now);
  const released = all.filter((one) => one.releasedAt <= now && !isOver(one, now));
  const next = all.find(({ releasedAt }) => releasedAt > now);
  return [
    ...released.map(({ handle }, index) => ({ handle, displayName: index === released.length - 1 ? `${handle} (Latest)` : handle, supported: true })),
    ...(next ? [{ handle: next.handle, displayName: `${next.handle} (Release candidate)`, supported: false }] : []),
    { handle: 'unstable', displayName: 'unstable', supported: false },
  ];
}

/** The version that answers: the one asked for, or the oldest accessible. */
export function answeringVersion(asked: string, now: number): string {
  const accessible = accessibleVersions(now);
  return accessible.find(({ handle }) => handle === asked)?.handle ?? accessible[0]?.handle ?? asked;
}
