/** Who sends a request. Behind a proxy that is told to be trusted it is whom the proxy names last; anybody else may write what they like there. */
import { BlockList, isIP } from 'node:net';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import type { Mistake } from '../worker/mistakes.ts';

/** `proxies`: addresses or networks, "10.0.0.2, 172.16.0.0/12", as WAYBILL_TRUSTED_PROXY lists them. Undefined with a mistake added when one is none. */
export function parseProxies(text: string, mistakes: Mistake[]): BlockList {
  const proxies = new BlockList();
  for (const entry of text.split(',').map((part) => part.trim()).filter((part) => part !== '')) {
    const [address = '', bits] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const most = family === 'ipv6' ? 128 : 32;
    const length = bits === undefined ? most : Number(bits);
    if (isIP(address) === 0 || !Number.isInteger(length) || length < 1 || length > most) mistakes.push({ path: 'WAYBILL_TRUSTED_PROXY', message: 'expected addresses or networks, e.g. 10.0.0.2, 172.16.0.0/12' });
    else proxies.addSubnet(address, length, family);
  } // prettier-ignore
  return proxies;
}

export const createClientOf =
  (proxies: BlockList) =>
  (context: Context): string =>
    clientBehind(proxies, getConnInfo(context).remote.address ?? '', context.req.header('x-forwarded-for'));

/** The last entry is the proxy's own word; those before it came with the request. */
export function clientBehind(proxies: BlockList, peer: string, forwardedFor: string | undefined): string {
  const address = peer.replace(/^::ffff:/i, ''); // IPv4 seen through an IPv6 socket
  const isProxy = isIP(address) !== 0 && proxies.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  const named = forwardedFor?.split(',').at(-1)?.trim();
  return isProxy && named !== undefined && isIP(named) !== 0 ? named : address;
}
