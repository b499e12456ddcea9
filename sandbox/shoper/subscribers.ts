/** `/subscribers`: addresses that asked for the newsletter (contract shoper 4.3). */
import { isEmail, readBody } from './bodies.ts';
import type { BodyReader } from './bodies.ts';
import { foldOf, listReply } from './lists.ts';
import type { Subscriber } from './model.ts';
import { overApi, removeSubscriber, saveSubscriber } from './people.ts';
import { ok } from './replies.ts';
import { present, requireUnlocked } from './resource.ts';
import type { Resource } from './resource.ts';
import { personKey } from './store.ts';
import type { Store, World } from './store.ts';
import { columnsOf, subscriberView } from './views.ts';

export const subscribers: Resource = {
  area: 'subscribers',
  list: ({ world, params }) =>
    listReply(world.store.subscribers, { columns: columnsOf(world).subscribers, view: (row) => subscriberView(world, row), keyColumn: 'email', documented: [], undocumented: world.switches.subscriberFilters }, params, world.switches),
  get: ({ world }, id) => ok(subscriberView(world, present(world.store.subscribers.get(id)))),
  create({ world, body }) {
    const subscriber = change(world, newSubscriber(world.store, world.clock.now()), readBody(body), true);
    const id = world.store.subscribers.nextId();
    saveSubscriber(world, { ...subscriber, id }, 'create', overApi);
    return ok(id);
  },
  update({ world, body }, id) {
    const subscriber = present(world.store.subscribers.get(id));
    requireUnlocked(world, 'subscribers', id);
    saveSubscriber(world, change(world, subscriber, readBody(body), false), 'edit', overApi);
    return ok(1);
  },
  remove({ world }, id) {
    const subscriber = present(world.store.subscribers.get(id));
    requireUnlocked(world, 'subscribers', id);
    removeSubscriber(world, subscriber, overApi);
    return ok(1);
  },
};

/** An active one in the default groups. Its id is 0 until it is filed. */
export const newSubscriber = ({ groups }: Pick<Store, 'groups'>, addedAt: number): Subscriber => ({
  id: 0,
  email: '',
  active: true,
  langId: 1,
  groups: groups.filter(({ isAutomatic }) => isAutomatic).map(({ id }) => id),
  addedAt,
});

/** @throws Refusal 400 naming every problem */
function change(world: World, subscriber: Subscriber, body: BodyReader, isNew: boolean): Subscriber {
  const email = body.text('email');
  if (isNew ? email === undefined && !body.has('email') : email === '') body.problem('email', 'required');
  if (email !== undefined && email !== '' && !isEmail(email)) body.problem('email', 'badEmail');
  if (email !== undefined && isTaken(world, email, subscriber.id)) body.problem('email', 'taken');
  const langId = body.whole('lang_id');
  if (langId !== undefined && !world.store.languages.some(({ id }) => id === langId)) body.problem('lang_id', 'unknownValue');
  const groups = body.wholes('groups');
  if (groups?.some((group) => !world.store.groups.some(({ id }) => id === group))) body.problem('groups', 'unknownValue');
  const changed = { ...subscriber, email: email ?? subscriber.email, active: body.flag('active') ?? subscriber.active, langId: langId ?? subscriber.langId, groups: groups ?? subscriber.groups };
  body.check();
  return changed;
}

function isTaken({ store, switches }: World, email: string, ownId: number): boolean {
  if (switches.subscriberDuplicates === 'allowed') return false;
  const fold = foldOf(switches);
  return store.subscribers.find(personKey(email)).some((other) => other.id !== ownId && fold(other.email) === fold(email));
}
