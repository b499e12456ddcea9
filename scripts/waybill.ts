/** The one executable: every verb that scripts, Temporal UI and README share. Each verb's work is in the file of its name, which is loaded when it is asked for: no process waits for the others. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { IdentityError, LedgerFullError, LedgerUnavailableError, NewerLedgerError, SecretMismatchError } from '../ledger/errors.ts';
import { ConfigError } from '../worker/mistakes.ts';
import { Complaint, exitCodes } from './print.ts';
import type { Session } from './session.ts';
import { variablesOf, type GlobalOptions } from './variables.ts';

const count = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number above 0');
  return value;
};
const collect = (value: string, earlier: string[] = []): string[] => [...earlier, value];

const program = new Command('waybill')
  .description('Moves orders, customers, products, stock and consent between shops, tills, books and marketing systems: nothing lost, nothing doubled.')
  .option('--config <file>', 'the settings file (default: WAYBILL_CONFIG, else waybill.yaml)')
  .option('--home <folder>', 'read the environment from <folder>/waybill.env')
  .option('--demo', 'work on the running demo (npm run demo)')
  .option('--operator <name>', 'who is acting, for the audit (default: WAYBILL_OPERATOR, else the user of this machine)')
  .option('--json', 'print data as JSON')
  .option('-y, --yes', 'answer every question with yes')
  .showHelpAfterError('(waybill --help shows all commands)')
  .addHelpText('after', `
Targets are written <integration> or <integration>/<order number>, e.g. shop-to-books/1045.
Exit codes: 0 done; 1 something was found wrong (a check not ok, a record parked or unknown, a question answered with no);
2 wrong use or mistakes in the settings; 3 Temporal, the ledger or a worker cannot be reached.`)
  .exitOverride();

/** Opens the session, runs the verb, closes; the verb's number is the exit code. */
const withSession = async (work: (session: Session) => Promise<number>): Promise<void> => {
  const session = await (await import('./session.ts')).openSession(program.opts<GlobalOptions>());
  try {
    process.exitCode = await work(session);
  } finally {
    await session.close();
  }
};

program
  .command('init [source] [target]')
  .description('join two systems: asks for credentials and settings, tests them at once, writes the settings file')
  .option('--set <field=value>', 'an answer, e.g. source.baseUrl=https://shop.example; may be repeated', collect)
  .option('--secret <field=place>', 'where a secret lies: source.token=env:NAME or source.token=file:path; may be repeated', collect)
  .option('--secrets <where>', 'where secrets go that are typed: files, or env (they are only named)', 'files')
  .action(async (source: string | undefined, target: string | undefined, options: { set?: string[]; secret?: string[]; secrets: string }) => {
    const { set = [], secret = [], secrets: keeping } = options;
    if (keeping !== 'files' && keeping !== 'env') throw new Complaint(`--secrets ${keeping}: expected files or env`);
    const environs = variablesOf(program.opts<GlobalOptions>());
    const systems = { ...(source === undefined ? {} : { source }), ...(target === undefined ? {} : { target }) };
    process.exitCode = await (await import('./init.ts')).init({ ...systems, set, secret, keeping, isYes: program.opts<GlobalOptions>().yes ?? false, configPath: environs['WAYBILL_CONFIG'] || 'waybill.yaml', environs, asker: process.stdin.isTTY ? (await import('./init/asker.ts')).terminalAsker : undefined });
  });
program.command('check [integration]').description('test credentials, currency, rights and settings of both systems').action(async (id?: string) => withSession(async (session) => (await import('./check.ts')).check(session, id)));
program.command('plan <target>').description('show what would be created, skipped and why, field by field; writes nothing').option('--limit <n>', 'orders to look at', count, 20).action(async (target: string, options: { limit: number }) => withSession(async (session) => (await import('./plan.ts')).plan(session, target, options)));
program
  .command('connect <integration>')
  .description('check, ask, then start the backfill and the schedule')
  .option('--limit <n>', 'bring in only this many orders, to try it', count)
  .option('--since <when>', '"now" for no backfill, or a date to backfill from (default: the months of the settings)')
  .option('--lookalikes <answer>', 'link or leave-out: what becomes of target orders that look like source orders')
  .option('--inactive-subscribers <answer>', 'contacts: refused or unconfirmed, what an inactive subscriber of the shop means')
  .option('--shop-refusals <answer>', 'contacts: treat-as-refusal or leave, when the mailing system has the person as confirmed')
  .option('--detach', 'do not wait for the backfill', false)
  .action(async (id: string, options: { limit?: number; since?: string; lookalikes?: string; inactiveSubscribers?: string; shopRefusals?: string; detach: boolean }) => {
    const { lookalikes, inactiveSubscribers: inactive, shopRefusals: refusals, ...rest } = options;
    if (inactive !== undefined && inactive !== 'refused' && inactive !== 'unconfirmed') throw new Complaint(`--inactive-subscribers ${inactive}: expected refused or unconfirmed`);
    if (refusals !== undefined && refusals !== 'treat-as-refusal' && refusals !== 'leave') throw new Complaint(`--shop-refusals ${refusals}: expected treat-as-refusal or leave`);
    if (lookalikes !== undefined && lookalikes !== 'link' && lookalikes !== 'leave-out') throw new Complaint(`--lookalikes ${lookalikes}: expected link or leave-out`);
    await withSession(async (session) => {
      const contacts = (await import('./integration.ts')).findExport(session, id);
      if (contacts) return (await import('./connect-contacts.ts')).connectContacts(session, contacts, { detach: rest.detach, ...(inactive === undefined ? {} : { inactiveSubscribers: inactive }), ...(refusals === undefined ? {} : { sourceRefusals: refusals }) });
      return (await import('./connect.ts')).connect(session, id, { ...rest, ...(lookalikes === undefined ? {} : { lookalikes }) });
    });
  });
program.command('resync <integration>').description('contacts: send every address again, with the mapping of now').option('--detach', 'do not wait for the end', false).action(async (id: string, options: { detach: boolean }) => withSession(async (session) => (await import('./export.ts')).resync(session, id, options)));
program.command('consent <email>').description('a person’s story: who said what, when, where; and what holds').option('--company <id>', 'whose; needed where there are several').action(async (email: string, options: { company?: string }) => withSession(async (session) => (await import('./consent.ts')).consent(session, email, options)));
program.command('opt-out <integration> <email>').description('record that a person refuses mail, and carry it to both systems').option('--because <reason>', 'kept with it').action(async (id: string, email: string, options: { because?: string }) => withSession(async (session) => (await import('./consent.ts')).optOut(session, id, email, options)));
program.command('opt-in <integration> <email>').description('record that a person asked for mail again, with proof, and carry it to the mailing system').requiredOption('--proof <text>', 'how and when the person asked for it').action(async (id: string, email: string, options: { proof: string }) => withSession(async (session) => (await import('./consent.ts')).optIn(session, id, email, options)));
program.command('import <target>').description('bring in one order by hand, whatever its age and status').action(async (target: string) => withSession(async (session) => (await import('./import.ts')).importOne(session, target)));
program.command('status [integration]').description('what is imported, skipped, parked, under way; what waits for whom').action(async (id?: string) => withSession(async (session) => (await import('./status.ts')).status(session, id)));
program.command('parked [integration]').description('what waits for a person, grouped by reason, with the way to mend it').action(async (id?: string) => withSession(async (session) => (await import('./parked.ts')).parked(session, id)));
program.command('retry <target>').description('try parked records again, with the data and settings of now').option('--reason <code>', 'only those parked for this reason').action(async (target: string, options: { reason?: string }) => withSession(async (session) => (await import('./mend.ts')).retry(session, target, options)));
program.command('edit <target>').description('correct one order here, then try it again').requiredOption('--set <field=value>', 'e.g. customer.phone=+48600700800 or lines.1.sku=A-1; may be repeated', collect).action(async (target: string, options: { set: string[] }) => withSession(async (session) => (await import('./mend.ts')).edit(session, target, options)));
program.command('skip <target>').description('leave parked records out').requiredOption('--because <reason>', 'kept in the audit').option('--reason <code>', 'only those parked for this reason').action(async (target: string, options: { because: string; reason?: string }) => withSession(async (session) => (await import('./mend.ts')).skip(session, target, options)));
program.command('show <target>').description('one order’s story: what came, what went, what was answered').action(async (target: string) => withSession(async (session) => (await import('./show.ts')).show(session, target)));
program.command('written').description('every outside record created or changed, with its id and address').requiredOption('--since <when>', 'a span such as 2h or 3d, or a date').option('--csv', 'as CSV', false).option('--integration <id>', 'only of this one').action(async (options: { since: string; csv: boolean; integration?: string }) => withSession(async (session) => (await import('./written.ts')).written(session, options)));
program.command('pause [name]').description('stop every outside call of an integration, a connection, or (--all) everything').option('--all', 'everything', false).option('--because <reason>', 'kept in the audit').action(async (name: string | undefined, options: { all: boolean; because?: string }) => withSession(async (session) => (await import('./pause.ts')).pause(session, name, options)));
program.command('resume [name]').description('go on after pause').option('--all', 'everything', false).action(async (name: string | undefined, options: { all: boolean }) => withSession(async (session) => (await import('./pause.ts')).resume(session, name, options)));
program.command('cancel <integration>').description('end backfill and schedule; what is under way goes on').action(async (id: string) => withSession(async (session) => (await import('./pause.ts')).cancel(session, id)));
program
  .command('adopt <integration>')
  .description('after restoring an older ledger: find what stands in the target before anything is written')
  .option('--detach', 'do not wait for the end', false)
  .action(async (id: string, options: { detach: boolean }) => withSession(async (session) => (await import('./adopt.ts')).adopt(session, id, options)));
program.command('repair [integration]').description("after losing Temporal's store: start anew what the ledger knows as under way, parked or scheduled").action(async (id?: string) => withSession(async (session) => (await import('./repair.ts')).repair(session, id)));
program
  .command('reconcile <integration>')
  .description('read both sides anew and compare them: orders, lines and sums; what is unexplained is named')
  .option('--since <date>', 'orders created from then on (default: the last 62 days)')
  .option('--csv', 'as CSV', false)
  .option('--repair', 'look again at what is missing or was not followed, after asking', false)
  .option('--gone <answer>', 'orders that were deleted or changed in the target: again makes deleted ones anew, accept leaves all as they are')
  .action(async (id: string, options: { since?: string; csv: boolean; repair: boolean; gone?: string }) => {
    const { gone, ...rest } = options;
    if (gone !== undefined && gone !== 'again' && gone !== 'accept') throw new Complaint(`--gone ${gone}: expected again or accept`);
    await withSession(async (session) => (await import('./reconcile.ts')).reconcile(session, id, { ...rest, ...(gone === undefined ? {} : { gone }) }));
  });
program.command('apply').description('make a changed settings file current, after showing what differs').action(async () => withSession(async (session) => (await import('./apply.ts')).apply(session)));
program
  .command('arm <integration>')
  .description('write statuses to the platform from now on, after showing what would change')
  .option('--off', 'stop writing them', false)
  .action(async (id: string, options: { off: boolean }) => withSession(async (session) => (await import('./arm.ts')).arm(session, id, options)));
program
  .command('release <what> [build]')
  .description('"status": which builds still have runs, and which may go; "current <build>": send new work to it')
  .action(async (what: string, build?: string) => withSession(async (session) => (await import('./release.ts')).release(session, what, build)));
const person = program.command('person').description('all that is held of a person: find it, export it, erase it');
const ofCompany = ['--company <id>', 'whose; needed where there are several'] as const;
person.command('find <email>').description('where they stand, and how much').option(...ofCompany).action(async (email: string, options: { company?: string }) => withSession(async (session) => (await import('./person.ts')).findPerson(session, email, options)));
person.command('export <email>').description('all of it with its content, as JSON').option(...ofCompany).option('--to <file>', 'a new file that only you can read (default: print it)').action(async (email: string, options: { company?: string; to?: string }) => withSession(async (session) => (await import('./person.ts')).exportPerson(session, email, options)));
person.command('erase <email>').description('take them out for good; refusals and tombstones stay').option(...ofCompany).requiredOption('--because <reason>', 'kept in the audit').action(async (email: string, options: { company?: string; because: string }) => withSession(async (session) => (await import('./person.ts')).erasePerson(session, email, options)));
program.command('audit').description('who did what, when and why').option('--limit <n>', 'acts to show', count, 100).action(async (options: { limit: number }) => withSession(async (session) => (await import('./audit.ts')).audit(session, options)));
program
  .command('demo')
  .description('simulated systems on this machine: orders of three shops come into the books and are followed; or, with --pair shoper-sare, contacts of a shop into a mailing account')
  .addOption(new Option('--pair <pair>', 'what is shown').choices(['orders', 'shoper-sare']).default('orders'))
  .option('--orders <n>', 'orders of the simulated shops together', count, 300)
  .option('--contacts <n>', 'rows of the simulated Shoper shop: four customers to a subscriber', count, 2_500)
  .option('--seed <n>', 'other shops', count, 7)
  .option('--real-limits', 'keep the real limits of the simulated systems', false)
  .option('--exit', 'end by itself and leave nothing behind', false)
  .action(async ({ pair, ...options }: { pair: string; orders: number; contacts: number; seed: number; realLimits: boolean; exit: boolean }) => {
    process.exitCode = await (pair === 'shoper-sare' ? (await import('./demo-contacts.ts')).demoContacts(options) : (await import('./demo.ts')).demo(options));
  });
program.command('worker').description('run the worker: workflows and all outside calls').action(async () => {
  Object.assign(process.env, variablesOf(program.opts<GlobalOptions>()));
  const { main } = await import('../worker/main.ts');
  await main();
});
program.command('codec-server').description('run the codec server, with which Temporal UI shows clear text to an operator').action(async () => {
  Object.assign(process.env, variablesOf(program.opts<GlobalOptions>()));
  const { main } = await import('../worker/codec-main.ts');
  await main();
});

program.command('gateway').description('run the gateway, which takes webhooks in').action(async () => {
  Object.assign(process.env, variablesOf(program.opts<GlobalOptions>()));
  const { main } = await import('../gateway/main.ts');
  await main();
});
program.command('gateway-keys').description('print what the gateway is given as WAYBILL_GATEWAY_KEYS: a secret').action(async () => withSession(async (session) => (await import('./gateway-keys.ts')).printGatewayKeys(session)));
program.command('webhooks [integration]').description('register the webhooks of the platforms, and name those to be made by hand').action(async (id?: string) => withSession(async (session) => (await import('./webhooks.ts')).webhooks(session, id)));

/** Expected trouble is one message; anything else is a mistake of ours and shows its stack. */
export async function run(args: string[]): Promise<void> {
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = sayTrouble(error);
  }
}

function sayTrouble(error: unknown): number {
  if (!(error instanceof Error)) throw error;
  if ('code' in error && typeof error.code === 'string' && error.code.startsWith('commander.')) return error.code === 'commander.helpDisplayed' || error.code === 'commander.help' ? exitCodes.done : exitCodes.wrongUse;
  if (error instanceof Complaint) return complain(error.message, error.exitCode);
  if (error instanceof ConfigError || error instanceof NewerLedgerError || error instanceof SecretMismatchError || error instanceof IdentityError) return complain(error.message, exitCodes.wrongUse);
  if (isUnreachable(error)) return complain('Temporal cannot be reached: is the server running, and TEMPORAL_ADDRESS right?', exitCodes.unreachable);
  if (error instanceof LedgerFullError) return complain(error.message, exitCodes.unreachable);
  if (error instanceof LedgerUnavailableError) return complain('the ledger cannot be reached or is busy; try again', exitCodes.unreachable);
  throw error;
}

const unavailable = 14;
const deadlineExceeded = 4;

/** Trouble between us and the server, however deep the client wrapped it. */
function isUnreachable(error: Error): boolean {
  if ('code' in error && (error.code === unavailable || error.code === deadlineExceeded)) return true;
  return error.message.startsWith('Failed to connect before the deadline') || (error.cause instanceof Error && isUnreachable(error.cause));
}

function complain(message: string, exitCode: number): number {
  process.stderr.write(`waybill: ${message}\n`);
  return exitCode;
}
