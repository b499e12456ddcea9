/** The currencies that the plugin knows, and how it shows those our shops use. */

/** Codes an order may carry (the schema's enum). */
export const currencyCodes: readonly string[] = (
  'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTC BTN BWP BYR BYN BZD CAD CDF CHF CLP CNY COP CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR ' +
  'FJD FKP GBP GEL GGP GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS IMP INR IQD IRR IRT ISK JEP JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA ' +
  'MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PRB PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLL SOS SRD SSP STN SYP SZL THB ' +
  'TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VEF VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW'
).split(' ');

const shown: Record<string, { name: string; symbol: string; encoded: string }> = {
  PLN: { name: 'Polish z&#x142;oty', symbol: 'zł', encoded: '&#122;&#322;' },
  EUR: { name: 'Euro', symbol: '€', encoded: '&euro;' },
  USD: { name: 'United States (US) dollar', symbol: '$', encoded: '&#36;' },
  CZK: { name: 'Czech koruna', symbol: 'Kč', encoded: '&#75;&#269;' },
  UAH: { name: 'Ukrainian hryvnia', symbol: '₴', encoded: '&#8372;' },
};

/** `encoded` is what `price_html` and `/data/currencies` carry, `symbol` what orders carry. */
export function currencyOf(code: string): { name: string; symbol: string; encoded: string } {
  return shown[code] ?? { name: code, symbol: code, encoded: code };
}
