import { defineConfig } from 'vitest/config';

const shared = { pool: 'forks', maxWorkers: 2, testTimeout: 20_000, hookTimeout: 60_000 } as const;

/** Whole flows and whole processes that take longest: run under fire, so that `npm test` stays under four minutes on two cores. */
const longest = ['test/workflows/dev-server.test.ts', 'test/activities/shopify/bulk-backfill.test.ts', 'test/activities/shopify/bulk-trouble.test.ts', 'test/activities/shopify/bulk-start.test.ts', 'test/flows/import.test.ts', 'test/workflows/contacts.test.ts', 'test/scripts/init.test.ts', 'test/ledger/processes.test.ts', 'test/ledger/budgets-processes.test.ts', 'test/gateway/process.test.ts'];
const processes = ['test/gateway/**/*.test.ts', 'test/worker/**/*.test.ts'];

/** Projects: `unit` needs nothing but Node (and PostgreSQL where there is one); `flow` starts one Temporal dev server per run. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          isolate: false, // nothing here is a module-level singleton: one loading of the libraries serves many files
          include: ['test/**/*.test.ts'],
          exclude: ['test/flows/**', 'test/workflows/**', 'test/fire/**', ...processes, ...longest],
          globalSetup: ['test/setup/postgres.ts'],
        },
      },
      {
        test: {
          ...shared,
          name: 'processes', // connections of a server that has gone leave timers behind: each file has a process of its own
          include: processes,
          exclude: longest,
        },
      },
      {
        test: {
          ...shared,
          name: 'flow',
          include: ['test/flows/**/*.test.ts', 'test/workflows/**/*.test.ts'],
          exclude: longest,
          globalSetup: ['test/setup/temporal.ts', 'test/setup/postgres.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'fire',
          include: ['test/fire/**/*.test.ts', ...longest],
          globalSetup: ['test/setup/temporal.ts', 'test/setup/postgres.ts'],
          testTimeout: 600_000,
        },
      },
    ],
  },
});
