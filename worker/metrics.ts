/** Counts for Prometheus, read from the ledger when asked for, so that they are exact over all workers and restarts. No person, no vendor's word. */
import { Gauge, Registry } from 'prom-client';
import type { Ledger } from '../ledger/ledger.ts';

export function createMetrics(ledger: Pick<Ledger, 'outcomes' | 'states' | 'parked' | 'settings' | 'records'>): Registry {
  const registry = new Registry();
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[], collect: (gauge: Gauge<Label>) => Promise<void>) => {
    const made = new Gauge<Label>({
      name,
      help,
      labelNames,
      registers: [],
      async collect() {
        this.reset();
        await collect(this);
      },
    });
    registry.registerMetric(made);
  };
  gauge('waybill_records', 'Records by their latest outcome and its reason', ['integration', 'outcome', 'reason'], async (records) => {
    for (const integration of await integrationsOf(ledger)) {
      for (const { outcome, reason, count } of await ledger.outcomes.count(integration)) records.set({ integration, outcome, reason }, count);
    }
  });
  gauge('waybill_records_open', 'Records announced or begun, without an outcome yet', ['integration'], async (open) => {
    for (const integration of await integrationsOf(ledger)) open.set({ integration }, await ledger.records.countOpen(integration));
  });
  gauge('waybill_parked', 'Records that wait for a person', ['integration', 'reason'], async (parked) => {
    for (const { integration, reason } of await ledger.parked.list(undefined)) parked.inc({ integration, reason });
  });
  gauge('waybill_state', 'Connections and integrations that wait or are paused, 1 each', ['subject', 'state', 'reason'], async (states) => {
    for (const { subject, state, reason } of await ledger.states.list()) if (state !== 'ok') states.set({ subject, state, reason }, 1);
  });
  return registry;
}

async function integrationsOf({ settings }: Pick<Ledger, 'settings'>): Promise<string[]> {
  return (await settings.listCurrent('integration:')).map(({ subject }) => subject.slice('integration:'.length));
}
