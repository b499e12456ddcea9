/** Talking to the control surfaces of the simulated systems: what people do in their panels, and what they really hold. */
export type SystemName = 'woocommerce' | 'cartum' | 'shopify' | 'roapp';

/** Addresses of the control surfaces. */
export type Controls = Record<SystemName, string>;

/** @throws Error with the simulated system's words */
export async function control(address: string, path: string, body?: unknown): Promise<unknown> {
  const reply = await fetch(`${address}${path}`, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
  if (!reply.ok) throw new Error(`the simulated system refused ${path}: ${await reply.text()}`);
  return reply.json();
}

/** Something that people do in the system's own panel. */
export const inPanel = async (address: string, action: string, input: unknown = {}): Promise<unknown> => control(address, `/actions/${action}`, input);

/** The state as a judge reads it. */
export const truthOf = async (address: string): Promise<unknown> => control(address, '/truth');
