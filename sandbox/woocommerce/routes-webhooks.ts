/** Routes of webhooks (contract woocommerce 4). */
import type { Args } from './args.ts';
import { runBatch } from './batch.ts';
import { filterInstant } from './dates.ts';
import { noSuchWebhook, noSuchWebhookToEdit, noTrashFor } from './errors.ts';
import type { Webhook } from './model.ts';
import { parseBody } from './order-body.ts';
import { pageReply, sliceOf } from './reply.ts';
import type { Call, Route } from './router.ts';
import type { Store } from './store.ts';
import { itemMethods } from './view-options.ts';
import { createWebhook, newWebhook, newWebhookSpecs, updateWebhook, webhookChange, webhookChangeSpecs, webhookListSpecs, webhookView } from './webhooks.ts';

const ofList = ['GET', 'POST'] as const;

function webhookOf({ store, id }: Call): Webhook {
  const webhook = store.webhooks.get(id());
  if (webhook === undefined) throw noSuchWebhook();
  return webhook;
}

function webhookToEdit(store: Store, id: number): Webhook {
  const webhook = store.webhooks.get(id);
  if (webhook === undefined) throw noSuchWebhookToEdit();
  return webhook;
}

function listWebhooks(store: Store, args: Args): Webhook[] {
  const [status, search, include, exclude] = [args.text('status') ?? 'all', args.text('search')?.toLowerCase(), args.integers('include'), args.integers('exclude')];
  const bound = (name: string) => {
    const given = args.text(name);
    return given === undefined ? undefined : filterInstant(given, false, store.shop.timeZone);
  };
  const [after = -Infinity, before = Infinity] = [bound('after'), bound('before')];
  const found = [...store.webhooks.values()].filter(
    (webhook) =>
      (status === 'all' || webhook.status === status) &&
      (!search || webhook.name.toLowerCase().includes(search)) &&
      (include.length === 0 || include.includes(webhook.id)) &&
      !exclude.includes(webhook.id) &&
      webhook.createdAt > after &&
      webhook.createdAt < before,
  );
  const direction = args.text('order') === 'asc' ? 1 : -1;
  const byTitle = args.text('orderby') === 'title';
  return found.toSorted((a, b) => direction * ((byTitle ? a.name.localeCompare(b.name, 'en') : 0) || a.id - b.id));
}

export const webhookRoutes: Route[] = [
  {
    methods: ['POST', 'PUT', 'PATCH'],
    path: '/webhooks/batch',
    need: 'batch',
    allow: ['POST', 'PUT', 'PATCH'],
    handle: ({ store, body, view }) =>
      runBatch(body, {
        create: (item) => webhookView(createWebhook(store, parseBody(newWebhook, item), view.site), view, true),
        update: (id, item) => {
          const webhook = webhookToEdit(store, id);
          updateWebhook(store, webhook, parseBody(webhookChange, item));
          return webhookView(webhook, view);
        },
        // batches delete for good here: a webhook has no trash
        delete: (id) => {
          const webhook = store.webhooks.get(id);
          if (webhook === undefined) throw noSuchWebhook();
          store.webhooks.delete(id);
          return webhookView(webhook, view);
        },
      }),
  },
  {
    methods: ['GET'],
    path: '/webhooks',
    need: 'list',
    allow: ofList,
    specs: webhookListSpecs,
    handle: ({ store, args, view }) => {
      const found = listWebhooks(store, args);
      const { from, to } = sliceOf(args);
      return pageReply(found.slice(from, to).map((webhook) => webhookView(webhook, view)), found.length, args);
    },
  },
  {
    methods: ['POST'],
    path: '/webhooks',
    need: 'create',
    allow: ofList,
    specs: newWebhookSpecs,
    handle: ({ store, body, view }) => ({ status: 201, body: webhookView(createWebhook(store, parseBody(newWebhook, body), view.site), view, true) }),
  },
  { methods: ['GET'], path: '/webhooks/:id', need: 'view', allow: itemMethods, handle: (call) => ({ body: webhookView(webhookOf(call), call.view) }) },
  {
    methods: ['PUT', 'PATCH', 'POST'],
    path: '/webhooks/:id',
    need: 'edit',
    allow: itemMethods,
    specs: webhookChangeSpecs,
    handle: ({ store, id, body, view }) => {
      const webhook = webhookToEdit(store, id());
      updateWebhook(store, webhook, parseBody(webhookChange, body));
      return { body: webhookView(webhook, view) };
    },
  },
  {
    methods: ['DELETE'],
    path: '/webhooks/:id',
    need: 'delete',
    allow: itemMethods,
    specs: { force: { type: 'boolean', default: false } },
    handle: (call) => {
      const webhook = webhookOf(call);
      if (!call.args.flag('force')) throw noTrashFor('Webhooks');
      call.store.webhooks.delete(webhook.id);
      return { body: webhookView(webhook, call.view) };
    },
  },
];
