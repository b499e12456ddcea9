/** JSON as PHP writes it: every `/` as `\/`, everything beyond ASCII as `\uXXXX`. Signatures are over these bytes (contract woocommerce 8). */

export function phpJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('/', String.raw`\/`)
    .replaceAll(/[\u0080-\uffff]/g, (unit) => String.raw`\u` + unit.charCodeAt(0).toString(16).padStart(4, '0'));
}
