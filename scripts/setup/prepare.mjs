/** After the packages are installed: compiles the sources and bundles the workflows once, so that the first command need not. Nothing depends on it. */
import { existsSync, readdirSync } from 'node:fs';
import { register } from 'tsx/esm/api';

const root = new URL('../../', import.meta.url);
const programs = ['scripts/waybill.ts', 'worker/main.ts', 'worker/codec-main.ts', 'gateway/main.ts', 'sandbox/kernel/start.ts'];
const perSystem = ['activities/*/activities.ts', 'activities/*/driver.ts', 'sandbox/*/sandbox.ts'].flatMap((pattern) => {
  const [folder = '', file = ''] = pattern.split('/*/');
  return readdirSync(new URL(folder, root)).map((name) => `${folder}/${name}/${file}`);
});
const nothing = () => undefined;

try {
  register();
  for (const file of [...programs, ...perSystem]) if (existsSync(new URL(file, root))) await import(new URL(file, root).href);
  const { bundleWorkflows } = await import(new URL('worker/workflow-bundle.ts', root).href);
  await bundleWorkflows({ debug: nothing, info: nothing, warn: nothing, error: nothing });
} catch (error) {
  process.stderr.write(`The sources were not compiled ahead (${error instanceof Error ? error.message : String(error)}): the first start takes some seconds longer.\n`);
}
