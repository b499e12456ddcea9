/** What happens while the export runs: people join, change and opt out on both sides. Each act is seen in the simulated systems themselves. */
import { hookAddress } from '../../../worker/hooks.ts';
import { recordOptOut } from '../../consent.ts';
import type { Session } from '../../session.ts';
import { inPanel } from '../control.ts';
import { assertSeen, type Act } from '../stage.ts';
import { until } from '../until.ts';
import type { Cast } from './cast.ts';
import { writesTwice } from './echoes.ts';
import { groups, integration } from './settings.ts';
import { findContact, findPerson, readMail, readShop, type Contact, type ContactControls } from './systems.ts';
import { untilCarried } from './watch.ts';

export interface ContactStage {
  session: Session;
  controls: ContactControls;
  cast: Cast;
  /** how long one thing may take to be seen */
  patienceMs: number;
}

/** Statuses of the account. */
const [confirmed, notConfirmed, removed] = [8, 6, 2];

export const newcomers = [
  { email: 'nadia.nowa@example.test', firstname: 'Nadia', lastname: 'Nowa', newsletter: true, isVerified: true, isRegistered: true, status: confirmed },
  { email: 'norbert.nowy@example.test', firstname: 'Norbert', lastname: 'Nowy', newsletter: false, isVerified: true, isRegistered: true, status: notConfirmed },
  { email: 'gosc.nowy@example.test', firstname: 'Gustaw', lastname: 'Gość', newsletter: true, isVerified: false, isRegistered: false, status: notConfirmed },
] as const;
const subscriber = 'nikola.nowa@example.test';
const moved = 'norbert.przeniesiony@example.test';

export function contactActs(stage: ContactStage): Act[] {
  return [
    { name: 'Webhooks', play: async () => webhooks(stage) },
    { name: 'New customers', play: async () => newCustomers(stage) },
    { name: 'New subscriber', play: async () => newSubscriber(stage) },
    { name: 'Changed', play: async () => changed(stage) },
    { name: 'Moved', play: async () => movedAway(stage) },
    { name: 'Unticked', play: async () => unticked(stage) },
    { name: 'Deactivated', play: async () => deactivated(stage) },
    { name: 'Deleted', play: async () => deleted(stage) },
    { name: 'Unsubscribed', play: async () => unsubscribed(stage) },
    { name: 'Complaint', play: async () => complaint(stage) },
    { name: 'By phone', play: async () => byPhone(stage) },
    { name: 'No echo', play: async () => noEcho(stage) },
  ];
}

/** The shop's were registered by `connect`; SARE's are entered in its panel and activated by its support, since it has no call for it. */
async function webhooks({ session, controls }: ContactStage): Promise<string> {
  const { hooks } = session.environment;
  assertSeen(hooks !== undefined, 'no gateway is configured');
  const address = hookAddress(hooks.publicUrl, hooks.secret, 'mail');
  await inPanel(controls.sare, 'webhooks', { active: true, urls: { unsubscribe: [address], bounce: [address] } });
  const registered = hookAddress(hooks.publicUrl, hooks.secret, 'shop');
  const events = (await readShop(controls)).webhooks.filter(({ active, url }) => active && url === registered).flatMap((one) => one.events);
  const told = (await readMail(controls)).webhooks;
  assertSeen(events.length === 6 && told.active, `${events.length} events at the shop, and SARE’s are ${told.active ? 'active' : 'not active'}`);
  return `one with ${events.length} events registered at the shop; SARE’s entered in its panel and activated`;
}

async function newCustomers(stage: ContactStage): Promise<string> {
  const begun = Date.now();
  for (const { status: _, ...person } of newcomers) await inPanel(stage.controls.shoper, 'create-customer', person);
  for (const { email, status } of newcomers) await seenAs(stage, email, { status, group: groups.customers });
  return `${newcomers.length} registered or ordered; SARE had them ${seconds(begun)} later: the one who confirmed her address as confirmed, the others not`;
}

async function newSubscriber(stage: ContactStage): Promise<string> {
  const begun = Date.now();
  await inPanel(stage.controls.shoper, 'subscribe', { email: subscriber });
  await seenAs(stage, subscriber, { status: confirmed, group: groups.subscribers });
  return `subscribed in the shop; in SARE’s group of subscribers ${seconds(begun)} later`;
}

async function changed({ controls, patienceMs }: ContactStage): Promise<string> {
  const [{ email }] = newcomers;
  await inPanel(controls.shoper, 'edit-customer', { email, firstname: 'Natalia' });
  const { status } = await until('SARE shows the new first name', patienceMs, async () => {
    const contact = await findContact(controls, email);
    return contact?.name === 'Natalia' ? contact : undefined;
  });
  assertSeen(status === confirmed, `the status became ${status}`);
  return 'a customer has another first name; SARE shows it, and the status stayed';
}

async function movedAway(stage: ContactStage): Promise<string> {
  const [, { email, status }] = newcomers;
  await inPanel(stage.controls.shoper, 'edit-customer', { email, newEmail: moved });
  await seenAs(stage, moved, { status, group: groups.customers });
  await until('the old address is in no group of the shop', stage.patienceMs, async () => {
    const old = await findContact(stage.controls, email);
    return old?.groups.length === 0 ? true : undefined;
  });
  return 'a customer has another address; SARE has it as a new contact, and the old one left the group';
}

/** Both were exported: of a box that nobody has looked at it is not known that it was ever ticked. */
async function unticked(stage: ContactStage): Promise<string> {
  const { unticks } = stage.cast;
  for (const email of unticks) await seenAs(stage, email, { status: confirmed, group: groups.customers });
  for (const email of unticks) await inPanel(stage.controls.shoper, 'set-newsletter', { email, newsletter: false });
  for (const email of unticks) await seenAs(stage, email, { status: removed });
  return 'two customers unticked the newsletter; removed in SARE';
}

async function deactivated(stage: ContactStage): Promise<string> {
  await inPanel(stage.controls.shoper, 'set-subscriber', { email: stage.cast.deactivates, active: false });
  await seenAs(stage, stage.cast.deactivates, { status: removed });
  return 'a subscription was switched off in the shop; removed in SARE';
}

async function deleted(stage: ContactStage): Promise<string> {
  await inPanel(stage.controls.shoper, 'delete-subscriber', { email: stage.cast.deletes });
  await seenAs(stage, stage.cast.deletes, { status: removed });
  return 'a subscription was deleted in the shop; removed in SARE';
}

async function unsubscribed(stage: ContactStage): Promise<string> {
  const { unsubscribes } = stage.cast;
  const begun = Date.now();
  await inPanel(stage.controls.sare, 'unsubscribe', { email: unsubscribes });
  await inactiveInShop(stage, unsubscribes);
  return `somebody followed the link in a mail; the subscription in the shop was inactive ${seconds(begun)} later`;
}

/** The shop's API documents no way to untick the newsletter, and this one takes none. */
async function complaint({ controls, cast, patienceMs }: ContactStage): Promise<string> {
  await inPanel(controls.sare, 'complain', { email: cast.complains });
  const { customers } = await until('the consent field is cleared in the shop', patienceMs, async () => {
    const person = await findPerson(controls, cast.complains);
    return person.customers.every(({ consent }) => consent === false) ? person : undefined;
  });
  const isTicked = customers.some(({ newsletter }) => newsletter);
  return `a customer complained of a mail; the consent field is cleared in the shop${isTicked ? ', the newsletter box cannot be written there: it is kept here' : ''}`;
}

async function byPhone(stage: ContactStage): Promise<string> {
  const { asksByPhone } = stage.cast;
  await recordOptOut(stage.session, integration, asksByPhone, { because: 'asked by phone' });
  await seenAs(stage, asksByPhone, { status: removed });
  await inactiveInShop(stage, asksByPhone);
  return 'an operator recorded it; removed in SARE, and inactive in the shop';
}

/** What we wrote comes back as a webhook of the very system: nothing may follow from it. */
async function noEcho({ session, controls, patienceMs }: ContactStage): Promise<string> {
  await untilCarried(session, patienceMs);
  const { toMail, toShop, twice } = await writesTwice(controls);
  assertSeen(twice.length === 0, `${twice.length} were written more than once: ${twice.join(', ')}`);
  return `${toMail} opt-outs written to SARE and ${toShop} to the shop came back as webhooks; none was written twice`;
}

async function seenAs({ controls, patienceMs }: ContactStage, email: string, { status, group }: { status: Contact['status']; group?: number }): Promise<void> {
  await until(`${email} stands in SARE with status ${status}`, patienceMs, async () => {
    const contact = await findContact(controls, email);
    return contact?.status === status && (group === undefined || contact.groups.includes(group)) ? true : undefined;
  });
}

async function inactiveInShop({ controls, patienceMs }: ContactStage, email: string): Promise<void> {
  await until(`${email} is inactive in the shop`, patienceMs, async () => ((await findPerson(controls, email)).subscribers.every(({ active }) => !active) ? true : undefined));
}

const seconds = (begun: number): string => `${((Date.now() - begun) / 1_000).toFixed(1)} seconds`;
