/** What can only be read: groups, additional fields, languages, settings, version (contract shoper 4.3 to 4.5). */
import { shopVersion } from './limits.ts';
import { listReply, listable } from './lists.ts';
import type { Columns } from './lists.ts';
import type { Area } from './options.ts';
import { ok } from './replies.ts';
import { present } from './resource.ts';
import type { Call, Resource } from './resource.ts';
import type { World } from './store.ts';
import { fieldColumns, groupColumns, languageColumns, shown } from './views.ts';

function readOnly<Row extends { id: number }>(area: Area | null, rowsOf: (world: World) => Row[], columns: Columns<Row>): Resource {
  const view = (row: Row) => shown(columns, row);
  return {
    area,
    list: ({ world, params }) => listReply(listable(rowsOf(world)), { columns, view }, params, world.switches),
    get: ({ world }, id) => ok(view(present(rowsOf(world).find((row) => row.id === id)))),
  };
}

export const subscriberGroups = readOnly('subscribers', ({ store }) => store.groups, groupColumns);
export const additionalFields = readOnly('additional_fields', ({ store }) => store.fields, fieldColumns);
export const languages = readOnly(null, ({ store }) => store.languages, languageColumns);

export const applicationVersion: Resource = { area: null, list: () => ok({ version: shopVersion }) };

/** Booleans that are not set come as "". */
export const applicationConfig: Resource = {
  area: null,
  list: ({ world: { shop, switches } }: Call) =>
    ok({ shop_url: `https://${shop.host}`, license_id: shop.license, shop_email: `shop@${shop.host}`, registration_confirm: switches.registrationConfirm ? '1' : '', shop_off: '' }),
};
