/** The few settings that matter when a system is set up, each with the reason it is asked for. Everything else is left to its default. */
export interface Question {
  /** name of the setting */
  field: string;
  ask: string;
  /** one sentence; stands above the setting in the file */
  why: string;
  example?: string;
  /** may stay without an answer */
  isOptional?: true;
  /** the account is asked what there is for it */
  isOffered?: true;
}

/** A way to log in, where there are several. */
export interface Way {
  name: string;
  label: string;
  questions: readonly Question[];
}

export interface SystemQuestions {
  title: string;
  /** id proposed for a connection */
  id: string;
  /** where the account is and who we are there; the account is asked with these at once */
  account: readonly Question[];
  /** one of them is needed, besides `account` */
  ways?: readonly Way[];
  settings: readonly Question[];
}

const country = { field: 'country', ask: 'Country, two letters', why: 'Whose phones are meant where a number has no country code.', example: 'PL' } as const;
const timeZone = { field: 'timeZone', ask: 'Time zone of the shop', why: 'The zone in which the shop counts its days; a wrong one shifts every window.', example: 'Europe/Warsaw' } as const;
const language = { field: 'language', ask: 'Language of the words that are added', why: 'Names of shipping, fees and categories are written in it.', example: 'pl' } as const;

export const questionsOf: Readonly<Record<string, SystemQuestions>> = {
  woocommerce: {
    title: 'WooCommerce',
    id: 'shop',
    account: [
      { field: 'baseUrl', ask: 'Address of the shop’s REST API', why: 'Never derived: WordPress may live in a sub-folder.', example: 'https://shop.example/wp-json/wc/v3' },
      { field: 'consumerKey', ask: 'Consumer key (ck_…)', why: 'Made in the shop: WooCommerce > Settings > Advanced > REST API, with the right to read and write.' },
      { field: 'consumerSecret', ask: 'Consumer secret (cs_…)', why: 'Shown once, when the key is made.' },
    ],
    settings: [country, timeZone, language],
  },
  shopify: {
    title: 'Shopify',
    id: 'shop',
    account: [{ field: 'baseUrl', ask: 'Address of the shop', why: 'The shop’s own address at the platform, not the one customers see.', example: 'https://acme.myshopify.com' }],
    ways: [
      {
        name: 'token',
        label: 'access token of an app that was made in the shop’s admin',
        questions: [
          { field: 'accessToken', ask: 'Access token (shpat_…)', why: 'Of an app that was made in the shop’s admin.' },
          { field: 'apiSecret', ask: 'API secret of that app', why: 'The shop signs its webhooks with it; without it changes are found by the regular look alone.', isOptional: true },
        ],
      },
      {
        name: 'app',
        label: 'client id and secret of an app from the Dev Dashboard',
        questions: [
          { field: 'clientId', ask: 'Client id', why: 'Of an app from the Dev Dashboard; tokens of 24 hours are asked for with it.' },
          { field: 'clientSecret', ask: 'Client secret', why: 'Of the same app; the shop signs its webhooks with it.' },
        ],
      },
    ],
    settings: [country, timeZone, language],
  },
  cartum: {
    title: 'Cartum (Horoshop)',
    id: 'shop',
    account: [
      { field: 'baseUrl', ask: 'Address of the shop', why: 'The shop’s own domain.', example: 'https://shop.example' },
      { field: 'login', ask: 'Login of a user of the panel', why: 'From Settings > Users; the login, not the e-mail address.' },
      { field: 'password', ask: 'Password of that user', why: 'The API knows no other way in.' },
    ],
    settings: [
      country,
      { ...language, ask: 'Language key of the catalogue', why: 'Products and categories are named in the books as the catalogue has them in this language.', example: 'ua' },
      timeZone,
      { field: 'nameOrder', ask: 'How the one name field is split', why: 'The shop has one field for the whole name: first-last, last-first or unsplit.', example: 'first-last' },
    ],
  },
  roapp: {
    title: 'RO App',
    id: 'books',
    account: [
      { field: 'baseUrl', ask: 'Address of the API', why: 'The vendor’s own, version 2.' },
      { field: 'apiKey', ask: 'API key', why: 'Made in RO App, Settings > API; everything is written in the name of its employee.' },
    ],
    settings: [
      country,
      { ...language, why: 'Every text written into RO App is in it: pl, it, fr or en.' },
      { field: 'location', ask: 'Location', why: 'Where orders are created.', isOffered: true },
      { field: 'orderType', ask: 'Order type', why: 'Decides the first status of an order.', isOffered: true },
      { field: 'assignee', ask: 'Employee', why: 'Whom the lines of orders are assigned to.', isOffered: true },
      { field: 'orderMarkerField', ask: 'Text field of orders for the marker', why: 'Orders are known again by a marker; without a field of its own it is the first line of the manager’s notes.', isOptional: true, isOffered: true },
      { field: 'productCreate', ask: 'How missing products are created', why: 'By the call of v2, by the older one (legacy), or not at all (off): then missing ones are named and made by hand.', example: 'v2' },
    ],
  },
  shoper: {
    title: 'Shoper',
    id: 'shop',
    account: [{ field: 'baseUrl', ask: 'Address of the shop', why: 'The shop’s own address and nothing behind it.', example: 'https://shop.example' }],
    ways: [
      { name: 'token', label: 'token of an integration made in the panel', questions: [{ field: 'token', ask: 'Token API', why: 'Of an integration made in the shop’s panel ("Dodaj integrację"); it does not end.' }] },
      {
        name: 'login',
        label: 'login and password of an administrator',
        questions: [
          { field: 'login', ask: 'Login of an administrator', why: 'The administrator’s group needs access to the WebAPI.' },
          { field: 'password', ask: 'Password of that administrator', why: 'Tokens of 30 days are asked for with it.' },
        ],
      },
    ],
    settings: [
      country,
      timeZone,
      { field: 'consentField', ask: 'Number of an additional field that holds the newsletter consent', why: 'A checkbox that counts beside the newsletter box of customers.', isOptional: true },
      { field: 'unsubscribe', ask: 'What becomes of a subscriber who opted out elsewhere', why: 'deactivate keeps the row, so that it stays known; delete removes it for good.', example: 'deactivate' },
    ],
  },
  sare: {
    title: 'SARE',
    id: 'mailing',
    account: [
      { field: 'baseUrl', ask: 'Address of the account’s host', why: 'Some accounts live on another host.' },
      { field: 'uid', ask: 'UID', why: 'The number of the account.', example: '10234' },
      { field: 'apiKey', ask: 'API key', why: 'Of the new REST API, made in Zaawansowane > API > REST API; keys of the old API do not work.' },
    ],
    settings: [{ field: 'optOutStatus', ask: 'Status of a person who refused', why: '2 removed manually, 3 removed automatically, 4 removal requested.', example: '2' }],
  },
};

/** Fields of an App Store application: its code is good for one exchange, so nothing can be tested with it. */
export const notAskedHere: Readonly<Record<string, readonly string[]>> = { shoper: ['clientId', 'clientSecret', 'authCode', 'appstoreSecret'] };

export const ordersQuestions: readonly Question[] = [
  { field: 'identifyProductsBy', ask: 'Products are compared by', why: 'sku, code or name: by it an order’s products are found in the books.', example: 'sku' },
  { field: 'prices', ask: 'Line prices in the books', why: 'with-tax or without-tax.', example: 'with-tax' },
  { field: 'codeOf', ask: 'What becomes the Code of a product', why: 'The id of the variant or of the product.', example: 'variant' },
  { field: 'backfillMonths', ask: 'Calendar months that are brought in at the start', why: 'Each costs reading its orders once; 0 for none.', example: '2' },
  { field: 'everyMinutes', ask: 'Minutes between two looks for changes', why: 'The safety net beside webhooks; each look costs a call at least.', example: '5' },
];

export const contactsQuestions: readonly Question[] = [{ field: 'statusesEveryMinutes', ask: 'Minutes between two readings of the mailing system’s statuses', why: 'Refusals made there are found by it, besides webhooks.', example: '60' }];
