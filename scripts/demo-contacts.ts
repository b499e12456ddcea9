/** `npm run demo -- --pair shoper-sare`: a simulated shop's contacts come into a simulated mailing account, and whoever refuses on either side gets no mail. */
import { hookAddress } from '../worker/hooks.ts';
import { gatewayKeys } from '../worker/hook-keys.ts';
import { exportWorkflowId, syncContactsWorkflowId, syncOptOutsWorkflowId } from '../workflows/messages.ts';
import { connectContacts } from './connect-contacts.ts';
import { contactActs } from './demo/contacts/acts.ts';
import { castOf } from './demo/contacts/cast.ts';
import { credentials, integration, settingsText, shownLimits } from './demo/contacts/settings.ts';
import { readMail, readShop, type ContactControls, type ShopTruth } from './demo/contacts/systems.ts';
import { reckonContacts, sayContacts, type ContactReckoning } from './demo/contacts/truth.ts';
import { untilCarried, watchExport } from './demo/contacts/watch.ts';
import { control, inPanel } from './demo/control.ts';
import { choosePorts, controlOf, prepareProcesses, type DemoProcesses } from './demo/processes.ts';
import { runDemo } from './demo/run.ts';
import { demoEnvironment, ip, writeSettings } from './demo/settings.ts';
import { playAll } from './demo/stage.ts';
import { getExport } from './integration.ts';
import { bad, bold, dim, exitCodes, good, progressLine, say } from './print.ts';
import type { Session } from './session.ts';

export interface ContactChoices {
  /** rows of the shop at the start: four customers to a subscriber */
  contacts: number;
  seed: number;
  realLimits: boolean;
  /** end by itself and leave nothing behind */
  exit: boolean;
}

interface Demo {
  choices: ContactChoices;
  session: Session;
  processes: DemoProcesses;
  controls: ContactControls;
  uiUrl: string;
}

const opening = 'Starting a simulated Shoper shop, a simulated SARE account, Temporal, a worker and a gateway on this machine …';

export async function demoContacts(choices: ContactChoices): Promise<number> {
  return runDemo(opening, choices.exit, async (home) => {
    const { ports, others } = await choosePorts(4);
    const [shoper = 0, sare = 0, shoperControl = 0, sareControl = 0] = others;
    const places = [{ system: 'shoper', api: shoper, control: shoperControl }, { system: 'sare', api: sare, control: sareControl }];
    const controls = { shoper: controlOf({ control: shoperControl }), sare: controlOf({ control: sareControl }) };
    const environment = demoEnvironment(home, ports, credentials);
    await writeSettings(home, environment, settingsText({ shoper, sare }, choices));
    const limits = choices.realLimits ? [] : ['--sare-limit', 'none', '--shoper-limit', String(shownLimits.bucket)];
    const processes = prepareProcesses({ home, environment, ports, first: places, rest: [], limits, secrets: {} });
    return { integrations: [integration], processes, tell: async (session) => tell({ choices, session, processes, controls, uiUrl: `http://${ip}:${ports.ui}` }) };
  });
}

async function tell(all: Demo): Promise<number> {
  const { choices, session, processes, controls } = all;
  const { before, cast } = await seed(all);
  say(dim(choices.realLimits ? 'The simulated shop takes 2 calls per second, as a real one does: this takes a while.' : `The simulated shop takes ${shownLimits.perSecond} calls per second for the show, a real one 2; --real-limits keeps them.`));
  await connectContacts(session, getExport(session, integration), { detach: true, isCheckBrief: true, inactiveSubscribers: 'refused', sourceRefusals: 'treat-as-refusal' });
  say(dim('What connect asks was answered by the demo: an inactive subscriber has refused, and who refused in the shop is refused in SARE.'));
  const line = progressLine();
  const watched = watchExport(session, integration, line);
  watched.catch(() => undefined); // thrown below
  await processes.startRest(gatewayKeys(session.environment.secrets.keys, session.config.connections.map(({ id }) => id)));
  const patienceMs = choices.realLimits ? 900_000 : 60_000;
  const failed = await playAll(contactActs({ session, controls, cast, patienceMs }), line.above);
  await watched;
  line.end();
  await untilCarried(session, patienceMs);
  const reckoning = await reckon(all, before, [cast.asksByPhone]);
  if (!choices.exit) {
    await processes.startCodecServer();
    sayWhereToLook(all, cast.unsubscribes);
  }
  return close(reckoning, failed);
}

/** The account knows some of the shop's people from before, so that there is something to compare. */
async function seed({ choices, controls }: Demo) {
  const subscribers = Math.round(choices.contacts / 5);
  if (!choices.realLimits) await inPanel(controls.shoper, 'switches', { apiBandwidth: shownLimits.perSecond });
  await control(controls.shoper, '/seed', { seed: choices.seed, customers: choices.contacts - subscribers, subscribers });
  const before: ShopTruth = await readShop(controls);
  const { cast, known } = castOf(before);
  await control(controls.sare, '/seed', { seed: choices.seed, known });
  return { before, cast };
}

async function reckon({ session, controls }: Demo, before: ShopTruth, optedOut: string[]): Promise<ContactReckoning> {
  const parked = new Set((await session.ledger.parked.list(integration)).map(({ kind, sourceId }) => `${kind} ${sourceId}`));
  return reckonContacts({ before, shop: await readShop(controls), mail: await readMail(controls), optedOut, parked });
}

function close(reckoning: ContactReckoning, failed: string[]): number {
  for (const riddle of reckoning.riddles) say(riddle);
  if (failed.length > 0) say(bad(`Not as it should be: ${failed.join(', ')}`));
  say(sayContacts(reckoning));
  return reckoning.unexplained === 0 && failed.length === 0 ? exitCodes.done : exitCodes.foundWrong;
}

function sayWhereToLook({ session, uiUrl, controls }: Demo, somebody: string): void {
  const runs = (id: string): string => `${uiUrl}/namespaces/default/workflows/${encodeURIComponent(id)}`;
  const { hooks } = session.environment;
  say(bold('\nLook around'));
  say(`  Temporal UI            ${uiUrl}`);
  say(`  the export             ${runs(exportWorkflowId(integration))}`);
  say(`  changes of the shop    ${runs(syncContactsWorkflowId(integration))}`);
  say(`  opt-outs               ${runs(syncOptOutsWorkflowId(integration))}`);
  say(`  how it stands          ${good('npx waybill --demo status')}`);
  say(`  a person's story       ${good(`npx waybill --demo consent ${somebody}`)}`);
  say(`  opt out in SARE        curl ${controls.sare}/actions/unsubscribe -d '{"email": "<address>"}'`);
  if (hooks !== undefined) say(dim(`  SARE tells             ${hookAddress(hooks.publicUrl, hooks.secret, 'mail')}`));
  say(dim('  Webhooks go on arriving. Ctrl-C stops everything that was started.\n'));
}
