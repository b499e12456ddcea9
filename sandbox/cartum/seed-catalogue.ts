/** Goods and category pages of a seeded shop, in all its languages. */
import type { Product, Texts } from './model.ts';
import { at } from './seed-people.ts';
import type { World } from './store.ts';

const words = (en: string, ua: string, ru: string, pl: string): Texts => ({ en, ua, ru, pl });

const nouns = [
  words('Cable', 'Кабель', 'Кабель', 'Kabel'),
  words('Lamp', 'Лампа', 'Лампа', 'Lampa'),
  words('Oil filter', 'Фільтр оливи', 'Масляный фильтр', 'Filtr oleju'),
  words('Belt', 'Ремінь', 'Ремень', 'Pasek'),
  words('Chain', 'Ланцюг', 'Цепь', 'Łańcuch'),
];

/** Articles of goods that are special in some way; the special orders use them. */
export const articles = {
  /** 500.00 */
  cable: 'CABLE-500',
  /** 300.00 */
  lamp: 'LAMP-300',
  /** 200.00 */
  chain: 'CHAIN-200',
  /** 450.00, cheaper than the lamp and the chain that are in it */
  set: 'SET-450',
  gift: 'GIFT-1',
  variant: 'BELT-M',
  leadingZeros: '000123',
  awkward: 'AB/12 x "3"',
  /** two goods of the same name in every language */
  sameNameA: 'TWIN-A',
  sameNameB: 'TWIN-B',
  /** has no title in the shop's default language */
  untranslated: 'UNTRANSLATED-1',
  hidden: 'HIDDEN-1',
  /** ordered, then deleted from the catalogue */
  deleted: 'OLD-LAMP',
} as const;

export interface Catalogue {
  /** articles of ordinary goods */
  ordinary: string[];
  /** Deletes what is no longer sold; to be called after the orders were made. */
  forget(): void;
}

/** `size` ordinary goods beside the special ones. */
export function seedCatalogue(world: World, size: number, createdText: string): Catalogue {
  const tree = seedPages(world);
  const leaves = [tree.cables, tree.lights, tree.oilFilters, tree.belts, tree.chains];
  const add = (article: string, title: Texts, price: number, pageId: number, more: Partial<Product> = {}): string => {
    world.store.products.set(article, { ...blank, article, title: only(world, title), ...describe(world, title), price, pageId, createdText, ...more });
    return article;
  };
  const ordinary = Array.from({ length: size }, (_, index) => {
    const title = Object.fromEntries(Object.entries(at(nouns, index)).map(([language, noun]) => [language, `${noun} ${index + 1}`]));
    const price = (5 + ((index * 13) % 290)) * 100 + (index % 4 === 0 ? 0 : index % 4 === 1 ? 50 : 95);
    return add(`A-${String(index + 1).padStart(4, '0')}`, title, price, at(leaves, index), index % 9 === 4 ? { priceOld: price + 1000 } : {});
  });
  addSpecial(add, tree, world.shop.languages[0]);
  return { ordinary, forget: () => void world.store.products.delete(articles.deleted) };
}

type Add = (article: string, title: Texts, price: number, pageId: number, more?: Partial<Product>) => string;

const blank = { parentArticle: '', priceOld: 0, quantity: 1000, isShown: true };

function addSpecial(add: Add, tree: ReturnType<typeof seedPages>, defaultLanguage: string): void {
  const belt = words('Belt M', 'Ремінь M', 'Ремень M', 'Pasek M');
  const twin = words('Twin plug', 'Подвійна вилка', 'Двойная вилка', 'Podwójna wtyczka');
  add(articles.cable, words('Long cable', 'Довгий кабель', 'Длинный кабель', 'Długi kabel'), 50_000, tree.cables);
  add(articles.lamp, words('Desk lamp', 'Настільна лампа', 'Настольная лампа', 'Lampka biurkowa'), 30_000, tree.lights);
  add(articles.chain, words('Thin chain', 'Тонкий ланцюг', 'Тонкая цепь', 'Cienki łańcuch'), 20_000, tree.chains);
  add(articles.set, words('Lamp with chain', 'Лампа з ланцюгом', 'Лампа с цепью', 'Lampa z łańcuchem'), 45_000, tree.lights);
  add(articles.gift, words('Key ring', 'Брелок', 'Брелок', 'Brelok'), 0, tree.accessories, { isShown: false });
  add(articles.variant, belt, 12_050, tree.belts, { parentArticle: 'BELT' });
  add(articles.leadingZeros, words('Numbered screw', 'Гвинт з номером', 'Винт с номером', 'Śruba z numerem'), 99, tree.accessories);
  add(articles.awkward, words('Pipe 1/2" & <nut>', 'Труба 1/2" & <гайка>', 'Труба 1/2" & <гайка>', 'Rura 1/2" & <nakrętka>'), 7_777, tree.accessories, { description: {}, shortDescription: {} });
  add(articles.sameNameA, twin, 4_000, tree.accessories);
  add(articles.sameNameB, twin, 4_200, tree.accessories);
  add(articles.untranslated, words('Imported rag', 'Імпортна ганчірка', 'Импортная тряпка', 'Importowana szmatka'), 1_500, tree.accessories, { title: withDefaultEmptied('Imported rag', defaultLanguage) });
  add(articles.hidden, words('Sample', 'Зразок', 'Образец', 'Próbka'), 1_000, tree.accessories, { isShown: false });
  add(articles.deleted, words('Discontinued lamp', 'Лампа, знята з виробництва', 'Лампа, снятая с производства', 'Lampa wycofana'), 5_900, tree.lights);
}

const withDefaultEmptied = (text: string, language: string): Texts => ({ en: text, [language]: '' });

const only = ({ shop }: World, texts: Texts): Texts => Object.fromEntries(shop.languages.map((language) => [language, texts[language] ?? texts['en'] ?? '']));

function describe(world: World, title: Texts): Pick<Product, 'description' | 'shortDescription'> {
  const plain = only(world, title);
  const inHtml = Object.fromEntries(Object.entries(plain).map(([language, text]) => [language, `<p>${text.replaceAll('<', '&lt;')}</p>`]));
  return { description: inHtml, shortDescription: plain };
}

/** Parts > Filters > Oil filters, Parts > Belts, roots beside them, and a page that is no category. */
function seedPages(world: World) {
  const make = (title: Texts, parent: number | null = null): number => {
    const id = world.store.next('page');
    world.store.pages.set(id, { id, parent, title: only(world, title) });
    return id;
  };
  make(words('Delivery and payment', 'Доставка і оплата', 'Доставка и оплата', 'Dostawa i płatność'));
  const parts = make(words('Parts', 'Деталі', 'Детали', 'Części'));
  const filters = make(words('Filters', 'Фільтри', 'Фильтры', 'Filtry'), parts);
  return {
    oilFilters: make(words('Oil filters', 'Фільтри оливи', 'Масляные фильтры', 'Filtry oleju'), filters),
    belts: make(words('Belts', 'Ремені', 'Ремни', 'Paski'), parts),
    chains: make(words('Chains', 'Ланцюги', 'Цепи', 'Łańcuchy'), parts),
    cables: make(words('Cables', 'Кабелі', 'Кабели', 'Kable')),
    lights: make(words('Lights', 'Світло', 'Свет', 'Światła')),
    accessories: make(words('Accessories', 'Аксесуари', 'Аксессуары', 'Akcesoria')),
  };
}
