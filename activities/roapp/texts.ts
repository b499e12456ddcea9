/** Every text written into RO App, in the connection's language (decision on R13). */
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
  },
};

/** A contact that we created without a name is still nameless when we read it back. */
export const isUnspecified = (name: string): boolean => Object.values(texts).some((entry) => entry.unspecified === name.trim());
