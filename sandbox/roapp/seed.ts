/** Fills an account with invented people, products and orders: the same seed gives the same account. */
import { z } from 'zod';
import { createRandom } from '../kernel/random.ts';
import { createContact } from './contact-writes.ts';
import { wholeSecond } from './dates.ts';
import { closedGroup } from './dictionaries.ts';
import { addItem, createOrder } from './order-writes.ts';
import { createProduct } from './routes-catalog.ts';
import { nextId, type Contact, type Product } from './store.ts';
import { moneyDigits, parseDecimal } from './decimals.ts';
import { nowOf, type World } from './world.ts';
import { writeOff } from './write-offs.ts';

const count = z.number().int().min(0).max(200_000);
const personSeed = z.strictObject({ firstName: z.string(), lastName: z.string().default(''), email: z.string().default(''), phones: z.array(z.string()).default([]), address: z.string().default('') });
const productSeed = z.strictObject({
  title: z.string(),
  description: z.string().default(''),
  sku: z.string().default(''),
  code: z.string().default(''),
  /** title of a category, made if it is not there */
  category: z.string().optional(),
  price: z.string().optional(),
});

export const seedSchema = z.strictObject({
  /** chooses names, prices, dates */
  seed: z.number().int().default(1),
  /** how many, or exactly these */
  people: z.union([count, z.array(personSeed)]).default(0),
  organizations: count.default(0),
  /** a tree: every third is a root, the others hang below */
  categories: count.default(0),
  products: z.union([count, z.array(productSeed)]).default(0),
  /** typed by staff in the last 90 days */
  orders: count.default(0),
  currency: z.string().length(3).optional(),
  // the account's own dictionaries, replaced as a whole where given
  locations: z.array(z.strictObject({ id: z.number().int(), name: z.string() })).optional(),
  employees: z.array(z.strictObject({ id: z.number().int(), firstName: z.string(), lastName: z.string().default('') })).optional(),
  orderTypes: z.array(z.strictObject({ id: z.number().int(), title: z.string(), initialStatusId: z.number().int() })).optional(),
  statuses: z.array(z.strictObject({ id: z.number().int(), name: z.string(), group: z.number().int().min(1).max(7) })).optional(),
  orderFields: z.array(z.strictObject({ id: z.number().int(), title: z.string(), type: z.number().int().min(0).max(6).default(1), required: z.boolean().default(false) })).optional(),
  personFields: z.array(z.strictObject({ id: z.number().int(), title: z.string(), type: z.number().int().min(0).max(6).default(1), required: z.boolean().default(false) })).optional(),
});
type Seed = z.output<typeof seedSchema>;
type Random = () => number;

const firstNames = ['Anna', 'Piotr', 'Maria', 'Tomasz', 'Zofia', 'Marek', 'Ewa', 'Łukasz', 'Hanna', 'Jakub'];
const lastNames = ['Przykładowa', 'Testowy', 'Zmyślona', 'Wzorcowy', 'Próbna', 'Umowny'];
const things = ['Cable', 'Charger', 'Case', 'Screen', 'Battery', 'Lens', 'Stand', 'Adapter'];
const kinds = ['black', 'white', '1 m', '2 m', 'mini', 'pro'];
const dayMs = 86_400_000;
/** the employee who typed seeded orders: not the key's */
const seededBy = 32;

/** Adds to what is there. Returns what was made: counts and ids. */
export function seedAccount(world: World, input: unknown) {
  const seed = seedSchema.parse(input ?? {});
  world.isSeeding = true;
  try {
    return fillAccount(world, seed);
  } finally {
    world.isSeeding = false;
  }
}

function fillAccount(world: World, seed: Seed) {
  const random = createRandom(seed.seed);
  replaceDictionaries(world, seed);
  const people = Array.isArray(seed.people) ? seed.people.map((person) => createPerson(world, person)) : inventPeople(world, seed.people, random);
  const organizations = range(seed.organizations).map((index) => createContact(world, true, { name: `Example Company ${index + 1}`, email: `office${index + 1}@example.com` }));
  const categories = inventCategories(world, seed.categories);
  const products = Array.isArray(seed.products) ? seed.products.map((product) => createSeededProduct(world, product)) : inventProducts(world, seed.products, categories, random);
  const orders = inventOrders(world, seed.orders, { clients: people.length > 0 ? people : organizations, products, random });
  return { people: ids(people), organizations: ids(organizations), categories, products: ids(products), orders };
}

const ids = (records: readonly { id: number }[]): number[] => records.map(({ id }) => id);
const range = (length: number): number[] => Array.from({ length }, (_, index) => index);
const oneOf = <T>(random: Random, values: readonly T[]): T | undefined => values[Math.floor(random() * values.length)];

function replaceDictionaries({ store }: World, seed: Seed): void {
  if (seed.currency) store.company.currency = seed.currency;
  if (seed.locations) store.locations = seed.locations.map((location) => ({ ...location, address: '', timezone: store.company.timezone, isArchived: false, isHidden: false, createdAt: store.company.createdAt }));
  if (seed.employees) store.employees = seed.employees.map((employee) => ({ ...employee, email: `employee${employee.id}@example.com` }));
  if (seed.orderTypes) store.orderTypes = seed.orderTypes;
  if (seed.statuses) store.statuses = seed.statuses.map(({ id, name, group }) => ({ id, name, color: '#8ab4f8', group: { type: group, name: `Group ${group}` } }));
  if (seed.orderFields) store.orderFields = seed.orderFields;
  if (seed.personFields) store.personFields = seed.personFields;
}

/** The same nine digits as people write them. */
const writings: ((digits: string) => string)[] = [
  (digits) => `+48 ${inThrees(digits, ' ')}`,
  (digits) => digits,
  (digits) => inThrees(digits, '-'),
  (digits) => `+48${digits}`,
  (digits) => `0048${digits}`,
  (digits) => `(${digits.slice(0, 3)}) ${digits.slice(3, 6)} ${digits.slice(6)}`,
];
const inThrees = (digits: string, between: string): string => (digits.match(/.{1,3}/g) ?? []).join(between);

/** Every fifth has the phone of the one before, written in another way; every twelfth none; every ninth no e-mail. */
function inventPeople(world: World, howMany: number, random: Random): Contact[] {
  let digits = '';
  return range(howMany).map((index) => {
    if (index % 5 !== 4) digits = `6${String((index * 7_919 + 700_800) % 100_000_000).padStart(8, '0')}`;
    const phone = writings[index % writings.length]?.(digits) ?? digits;
    return createPerson(world, {
      firstName: oneOf(random, firstNames) ?? '',
      lastName: oneOf(random, lastNames) ?? '',
      email: index % 9 === 8 ? '' : `person${index + 1}@example.com`,
      phones: index % 12 === 11 ? [] : [phone],
      address: '',
    });
  });
}

function createPerson(world: World, person: z.output<typeof personSeed>): Contact {
  const phones = person.phones.map((phone) => ({ title: '', phone, notify: false, has_viber: false, has_whatsapp: false }));
  return createContact(world, false, { first_name: person.firstName, last_name: person.lastName, email: person.email, phones, address: person.address });
}

function inventCategories(world: World, howMany: number): number[] {
  let root: number | null = null;
  return range(howMany).map((index) => {
    const isRoot = index % 3 === 0;
    const id = addCategory(world, isRoot ? `Department ${index / 3 + 1}` : `Shelf ${index}`, isRoot ? null : root);
    if (isRoot) root = id;
    return id;
  });
}

function addCategory(world: World, title: string, parentId: number | null): number {
  const id = nextId(world.store, 'category');
  world.store.categories.set(id, { id, title, parentId });
  return id;
}

/** Every tenth has SKU and code of the one before; every seventh has no price. */
function inventProducts(world: World, howMany: number, categories: number[], random: Random): Product[] {
  return range(howMany).map((index) => {
    const number = index % 10 === 9 ? index : index + 1;
    const product = createProduct(world, {
      title: `${oneOf(random, things)} ${oneOf(random, kinds)} ${index + 1}`,
      description: '',
      sku: `A-${number}`,
      code: String(100_000 + number),
      categoryId: oneOf(random, categories) ?? null,
      uomId: 1,
    });
    if (index % 7 !== 6) product.prices = { 1: BigInt(500 + Math.floor(random() * 20_000)) };
    return product;
  });
}

function createSeededProduct(world: World, { category, price, ...product }: z.output<typeof productSeed>): Product {
  const known = [...world.store.categories.values()].find(({ title }) => title === category);
  const categoryId = category === undefined ? null : (known?.id ?? addCategory(world, category, null));
  const made = createProduct(world, { ...product, categoryId, uomId: 1 });
  if (price !== undefined) made.prices = { 1: parseDecimal(price, moneyDigits) };
  return made;
}

/** In all statuses but the Closed group; a third is written off. */
function inventOrders(world: World, howMany: number, from: { clients: Contact[]; products: Product[]; random: Random }): number[] {
  const { clients, products, random } = from;
  const statuses = world.store.statuses.filter(({ group }) => group.type !== closedGroup);
  const branchId = world.store.locations[0]?.id ?? 0;
  const typeId = world.store.orderTypes[0]?.id ?? 0;
  return range(howMany).map((index) => {
    const client = oneOf(random, clients);
    if (!client) throw new Error('seeded orders need people or organizations');
    const createdAt = wholeSecond(nowOf(world) - Math.floor(random() * 90 * dayMs));
    const order = createOrder(world, { branchId, typeId, clientId: client.id, createdAt, by: seededBy });
    for (const product of range(1 + Math.floor(random() * 3)).map(() => oneOf(random, products))) {
      if (product) addItem(world, order, product.id, { quantity: String(1 + Math.floor(random() * 3)), price: `${5 + Math.floor(random() * 200)}.00` });
    }
    order.statusId = oneOf(random, statuses)?.id ?? order.statusId;
    order.statusHistory = [{ statusId: order.statusId, at: createdAt, by: seededBy }];
    if (index % 3 === 2) for (const item of order.items.values()) writeOff(world, order, item, seededBy);
    order.modifiedAt = createdAt;
    return order.id;
  });
}
