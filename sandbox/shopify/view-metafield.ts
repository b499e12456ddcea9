/** Metafields: few records of the shop have any. */
import { utcText } from './dates.ts';
import { gid } from './gid.ts';
import type { Metafield } from './model.ts';
import { listed, type Reading } from './reading.ts';

const everything: Pick<Reading, 'everything'> = { everything: false };

export function metafieldViews(metafields: readonly Metafield[], owner = 'ORDER', reading?: Reading) {
  const view = ({ id, namespace, key, type, value }: Metafield) => ({
    __typename: 'Metafield',
    id: gid('Metafield', id),
    legacyResourceId: String(id),
    namespace,
    key,
    type,
    value,
    jsonValue: value,
    compareDigest: id.toString(16),
    ownerType: owner,
    sizeInBytes: Buffer.byteLength(value),
    createdAt: utcText(0),
    updatedAt: utcText(0),
  });
  return {
    metafield: ({ key, namespace }: { key: string; namespace?: string | null }) => {
      const found = metafields.find((field) => field.key === key && (namespace ?? 'app') === field.namespace);
      return found === undefined ? null : view(found);
    },
    metafields: (args: { namespace?: string | null; keys?: string[] | null }) => {
      const kept = metafields.filter((field) => (!args.namespace || field.namespace === args.namespace) && (!args.keys || args.keys.includes(`${field.namespace}.${field.key}`)));
      return listed(reading ?? everything, kept, args, view);
    },
  };
}
