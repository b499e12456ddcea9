/** Global ids: gid://shopify/Order/1045. */

export const gid = (type: string, id: number | string): string => `gid://shopify/${type}/${id}`;

export interface ParsedGid {
  type: string;
  id: string;
}

/** Undefined for other texts; a query string after the id is ignored. */
export function parseGid(text: string): ParsedGid | undefined {
  const [, type, id] = /^gid:\/\/shopify\/(\w+)\/([\w-]+)(?:\?.*)?$/.exec(text) ?? [];
  return type === undefined || id === undefined ? undefined : { type, id };
}

/** The number in a gid of that type, or the bare number; undefined if it is neither. */
export function numberOf(type: string, text: string): number | undefined {
  const parsed = parseGid(text);
  if (parsed) return parsed.type === type && /^\d+$/.test(parsed.id) ? Number(parsed.id) : undefined;
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
