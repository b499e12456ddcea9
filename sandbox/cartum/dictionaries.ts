/** Texts of every shop in the languages it may have: statuses, deliveries, payments. */
import { statusIds } from './limits.ts';
import type { Status, Texts } from './model.ts';

export const textIn = (texts: Texts, language: string): string => texts[language] ?? texts['en'] ?? Object.values(texts)[0] ?? '';

const texts = (en: string, ua: string, ru: string, pl: string): Texts => ({ en, ua, ru, pl });

/** The default table and two that this shop's owner added; the last one means delivered as well. */
export const statusesOfShop: readonly Status[] = [
  { id: statusIds.created, title: texts('New', 'Новий', 'Новый', 'Nowe'), isSuccessful: false },
  { id: statusIds.processing, title: texts('Processing', 'В обробці', 'В обработке', 'W realizacji'), isSuccessful: false },
  { id: statusIds.delivered, title: texts('Delivered', 'Доставлено', 'Доставлен', 'Dostarczone'), isSuccessful: true },
  { id: statusIds.cancelled, title: texts('Cancelled / not delivered', 'Скасовано / не доставлено', 'Отменён / не доставлен', 'Anulowane / niedostarczone'), isSuccessful: false },
  { id: statusIds.shipping, title: texts('Shipping', 'Доставляється', 'Доставляется', 'Wysłane'), isSuccessful: false },
  { id: 7, title: texts('Packed', 'Упаковано', 'Упакован', 'Spakowane'), isSuccessful: false },
  { id: 9, title: texts('Picked up', 'Отримано в магазині', 'Получен в магазине', 'Odebrane w sklepie'), isSuccessful: true },
];

export const deliveryIds = { pickup: 1, branch: 3, courier: 4, ukrposhta: 5 } as const;

export const deliveryTypes: Record<number, { title: Texts; operator: string }> = {
  [deliveryIds.pickup]: { title: texts('Pick-up', 'Самовивіз', 'Самовывоз', 'Odbiór osobisty'), operator: '' },
  [deliveryIds.branch]: { title: texts('Carrier X to branch', 'Перевізник X у відділення', 'Перевозчик X в отделение', 'Przewoźnik X do punktu'), operator: 'carrierX' },
  [deliveryIds.courier]: { title: texts('Courier Y', "Кур'єр Y", 'Курьер Y', 'Kurier Y'), operator: 'courierY' },
  [deliveryIds.ukrposhta]: { title: texts('Ukrposhta', 'Укрпошта', 'Укрпочта', 'Ukrposhta'), operator: 'ukrPoshta' },
};

export const paymentIds = { onDelivery: 2, card: 5 } as const;

export const paymentTypes: Record<number, Texts> = {
  [paymentIds.onDelivery]: texts('On delivery', 'При отриманні', 'При получении', 'Za pobraniem'),
  [paymentIds.card]: texts('Card', 'Карткою', 'Картой', 'Kartą'),
};
