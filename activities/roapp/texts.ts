/** Every text written into RO App, in the connection's language (decision on R13). */
import type { Ending } from '../../domain/order.ts';
import type { RoappSettings } from './settings.ts';

export interface Texts {
  /** a contact without a name (R18) */
  unspecified: string;
  order: string;
  contactsDiffer: string;
  shipping: string;
  fee: string;
  discount: string;
  shopTotal: string;
  linesTotal: string;
  delivery: string;
  deliveryCost: string;
  recipient: string;
  /** in place of a cost that the platform has not worked out (contract cartum 4.1) */
  costOpen: string;
  tracking: string;
  /** a line that the platform no longer has and the books cannot lose (R16) */
  lineRemoved: string;
  ended: Record<Ending, string>;
}

export const texts: Record<RoappSettings['language'], Texts> = {
  pl: {
    unspecified: 'Nieokreślony',
    order: 'Zamówienie',
    contactsDiffer: 'Uwaga: telefon, e-mail i nazwisko w zamówieniu nie wskazują jednej osoby. Proszę sprawdzić klienta.',
    shipping: 'Wysyłka',
    fee: 'Opłata',
    discount: 'Rabat',
    shopTotal: 'Kwota w sklepie',
    linesTotal: 'suma pozycji',
    delivery: 'Dostawa',
    deliveryCost: 'Koszt dostawy',
    recipient: 'Adres odbiorcy',
    costOpen: 'nieobliczony',
    tracking: 'Numer przesyłki',
    lineRemoved: 'Pozycja usunięta w sklepie',
    ended: { cancelled: 'Zamówienie anulowano w sklepie', refunded: 'Zamówienie zwrócono w całości w sklepie', trashed: 'Zamówienie przeniesiono w sklepie do kosza', deleted: 'Zamówienie usunięto w sklepie' },
  },
  it: {
    unspecified: 'Non specificato',
    order: 'Ordine',
    contactsDiffer: 'Attenzione: telefono, e-mail e nome dell’ordine non indicano la stessa persona. Verificare il cliente.',
    shipping: 'Spedizione',
    fee: 'Supplemento',
    discount: 'Sconto',
    shopTotal: 'Importo nel negozio',
    linesTotal: 'somma delle righe',
    delivery: 'Consegna',
    deliveryCost: 'Costo della consegna',
    recipient: 'Indirizzo del destinatario',
    costOpen: 'non calcolato',
    tracking: 'Numero di spedizione',
    lineRemoved: 'Riga rimossa nel negozio',
    ended: { cancelled: 'L’ordine è stato annullato nel negozio', refunded: 'L’ordine è stato rimborsato per intero nel negozio', trashed: 'L’ordine è stato messo nel cestino nel negozio', deleted: 'L’ordine è stato eliminato nel negozio' },
  },
  fr: {
    unspecified: 'Non spécifié',
    order: 'Commande',
    contactsDiffer: 'Attention : le téléphone, l’e-mail et le nom de la commande ne désignent pas une seule personne. Merci de vérifier le client.',
    shipping: 'Expédition',
    fee: 'Frais',
    discount: 'Remise',
    shopTotal: 'Montant dans la boutique',
    linesTotal: 'somme des lignes',
    delivery: 'Livraison',
    deliveryCost: 'Coût de la livraison',
    recipient: 'Adresse du destinataire',
    costOpen: 'non calculé',
    tracking: 'Numéro de suivi',
    lineRemoved: 'Ligne retirée dans la boutique',
    ended: { cancelled: 'La commande a été annulée dans la boutique', refunded: 'La commande a été entièrement remboursée dans la boutique', trashed: 'La commande a été mise à la corbeille dans la boutique', deleted: 'La commande a été supprimée dans la boutique' },
  },
  en: {
    unspecified: 'Unspecified',
    order: 'Order',
    contactsDiffer: 'Please note: phone, e-mail and name of the order do not point to one person. Please check the customer.',
    shipping: 'Shipping',
    fee: 'Fee',
    discount: 'Discount',
    shopTotal: 'Amount in the shop',
    linesTotal: 'sum of the lines',
    delivery: 'Delivery',
    deliveryCost: 'Cost of delivery',
    recipient: 'Recipient’s address',
    costOpen: 'not calculated',
    tracking: 'Tracking number',
    lineRemoved: 'Line removed in the shop',
    ended: { cancelled: 'The order was cancelled in the shop', refunded: 'The order was refunded in full in the shop', trashed: 'The order was put into the bin in the shop', deleted: 'The order was deleted in the shop' },
  },
};

/** A contact that we created without a name is still nameless when we read it back. */
export const isUnspecified = (name: string): boolean => Object.values(texts).some((entry) => entry.unspecified === name.trim());
