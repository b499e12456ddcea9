/** `/webhooks`: what outside programs are told about (contract shoper 4.8). */
import { readBody } from './bodies.ts';
import type { BodyReader } from './bodies.ts';
import { webhookEvents } from './limits.ts';
import { listReply } from './lists.ts';
import type { Columns } from './lists.ts';
import type { Webhook } from './model.ts';
import { ok } from './replies.ts';
import { present } from './resource.ts';
import type { Resource } from './resource.ts';
import { shown } from './views.ts';

const columns: Columns<Webhook> = {
  webhook_id: ({ id }) => String(id),
  url: ({ url }) => url,
  active: ({ active }) => (active ? '1' : '0'),
  format: ({ format }) => String(format),
  events: ({ events }) => events,
};

/** Two webhooks of one address are two webhooks. Those of applications and of the platform are listed with the others. */
export const webhooks: Resource = {
  area: 'webhooks',
  list: ({ world, params }) => listReply(world.store.webhooks, { columns, view: (row) => shown(columns, row) }, params, world.switches),
  get({ world }, id) {
    const webhook = present(world.store.webhooks.get(id));
    return ok({ ...shown(columns, webhook), secret: webhook.madeBy === 'api' ? webhook.secret : '' });
  },
  create({ world, body }) {
    const reader = readBody(body);
    for (const field of ['url', 'events']) if (!reader.has(field)) reader.problem(field, 'required');
    const id = world.store.webhooks.nextId();
    world.store.webhooks.put(change({ id, url: '', secret: '', active: true, format: 0, events: [], madeBy: 'api' }, reader));
    return ok(id);
  },
  update({ world, body }, id) {
    world.store.webhooks.put(change(present(world.store.webhooks.get(id)), readBody(body)));
    return ok(1);
  },
  remove({ world }, id) {
    present(world.store.webhooks.get(id));
    world.store.webhooks.remove(id);
    return ok(1);
  },
};

function change(webhook: Webhook, body: BodyReader): Webhook {
  const url = body.text('url');
  if (url !== undefined && !(/^https?:\/\//.test(url) && URL.canParse(url))) body.problem('url', 'badUrl');
  const format = body.whole('format');
  if (format !== undefined && format > 1) body.problem('format', 'unknownValue');
  const events = body.texts('events');
  if (events !== undefined && (events.length === 0 || events.some((event) => !webhookEvents.includes(event)))) body.problem('events', 'badEvent');
  const changed: Webhook = { ...webhook, url: url ?? webhook.url, secret: body.text('secret') ?? webhook.secret, active: body.flag('active') ?? webhook.active, format: format === undefined ? webhook.format : format === 1 ? 1 : 0, events: events ?? webhook.events };
  body.check();
  return changed;
}
