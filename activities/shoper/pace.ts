/** The shop's leaky bucket as its replies tell of it (contract 3): it holds some calls and loses some each second. Pure. */

/** What holds until a reply says otherwise. */
export const documentedBucket: Bucket = { limit: 10, perSecond: 2 };

export interface Bucket {
  /** calls that fit in */
  limit: number;
  /** calls that leave it in a second */
  perSecond: number;
}

export interface BucketReading {
  bucket: Bucket;
  /** calls in it now */
  calls: number;
}

const names = { calls: 'x-shop-api-calls', limit: 'x-shop-api-limit', perSecond: 'x-shop-api-bandwidth' };

/** Undefined where a reply does not tell all three. */
export function readBucket(headers: Readonly<Record<string, string>>): BucketReading | undefined {
  const [calls, limit, perSecond] = [names.calls, names.limit, names.perSecond].map((name) => numberIn(headers[name]));
  if (calls === undefined || !limit || !perSecond) return undefined;
  return { calls, bucket: { limit, perSecond } };
}

const numberIn = (header: string | undefined): number | undefined => (header !== undefined && /^\d{1,6}(\.\d+)?$/.test(header.trim()) ? Number(header) : undefined);

/** Other programs of the shop and calls under way find this much room. */
const spare = 2;

/** How long nobody should call; 0 while there is room. */
export function fullForMs({ bucket, calls }: BucketReading): number {
  const most = Math.max(0, bucket.limit - spare);
  return calls <= most ? 0 : Math.ceil(((calls - most) / bucket.perSecond) * 1_000);
}

/** Half of the bucket may be filled at once: the other half is for whoever calls meanwhile. */
export const burstOf = ({ limit }: Bucket): number => Math.max(1, Math.floor(limit / 2));

/** The text in which a bucket is remembered, and back; undefined for a text that is none. */
export const bucketText = ({ limit, perSecond }: Bucket): string => `${limit} ${perSecond}`;
export function parseBucket(text: string | undefined): Bucket | undefined {
  const [limit, perSecond] = (text ?? '').split(' ').map(numberIn);
  return limit && perSecond ? { limit, perSecond } : undefined;
}
