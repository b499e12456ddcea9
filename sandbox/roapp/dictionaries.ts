/** The account as it is before anything is seeded: company, locations, employees, statuses of all groups, fields (contract roapp 4.1). */
import type { Product } from './store.ts';

export interface Company {
  name: string;
  email: string;
  address: string;
  country: string;
  currency: string;
  currency_symbol: string;
  timezone: string;
  createdAt: number;
}

export interface Location {
  id: number;
  name: string;
  address: string;
  timezone: string;
  isArchived: boolean;
  /** not visible to the employee of the API key */
  isHidden: boolean;
  createdAt: number;
}

export interface Employee {
  id: number;
  firstName: string;
  lastName: string;
  email: string;
}

/** Group types: 1 New, 2 In progress, 3 Pending, 4 Ready, 5 Delivery, 6 Closed, 7 Dropped off. */
export interface Status {
  id: number;
  name: string;
  color: string;
  group: { type: number; name: string };
}

export interface CustomField {
  id: number;
  title: string;
  /** 0 boolean, 1–3 text or choice, 4–5 date or date and time, 6 number */
  type: number;
  required: boolean;
}

export interface Dictionaries {
  company: Company;
  locations: Location[];
  employees: Employee[];
  orderTypes: { id: number; title: string; initialStatusId: number }[];
  statuses: Status[];
  orderFields: CustomField[];
  personFields: CustomField[];
  uoms: { id: number; title: string; description: string }[];
  taxes: { id: number; name: string; rate: number }[];
  services: Product[];
  /** the employee the API key belongs to */
  apiEmployeeId: number;
  rights: { addProductsWithoutDeduction: boolean };
}

const openedAt = Date.UTC(2024, 0, 15, 8);
export const closedGroup = 6;
export const droppedOffGroup = 7;
export const readyGroup = 4;

export function baseDictionaries(currency: string): Dictionaries {
  return {
    company: {
      name: 'Example Workshop',
      email: 'office@example.com',
      address: 'ul. Przykładowa 1, Warszawa',
      country: 'PL',
      currency,
      currency_symbol: currency === 'PLN' ? 'zł' : currency,
      timezone: 'Europe/Warsaw',
      createdAt: openedAt,
    },
    locations: [location(1201, 'Main workshop', 'ul. Przykładowa 1'), location(1202, 'Second workshop', 'ul. Przykładowa 2')],
    employees: [
      { id: 31, firstName: 'Api', lastName: 'User', email: 'api@example.com' },
      { id: 32, firstName: 'Jan', lastName: 'Przykładowy', email: 'jan@example.com' },
    ],
    // status ids differ from group types on purpose: whoever mixes them up shall notice
    orderTypes: [
      { id: 77, title: 'Internet order', initialStatusId: 101 },
      { id: 78, title: 'Repair', initialStatusId: 102 },
    ],
    statuses: [
      status(101, 'Nowe', 1, 'New'),
      status(102, 'W trakcie', 2, 'In progress'),
      status(103, 'Czeka na towar', 3, 'Pending'),
      status(104, 'Gotowe', 4, 'Ready'),
      status(105, 'Wysłane', 5, 'Delivery'),
      status(106, 'Zamknięte', closedGroup, 'Closed'),
      status(107, 'Nieodebrane', droppedOffGroup, 'Dropped off'),
      status(108, 'Potwierdzone', 2, 'In progress'),
    ],
    orderFields: [
      { id: 5501, title: 'External id', type: 1, required: false },
      { id: 5502, title: 'Gift wrap', type: 0, required: false },
    ],
    personFields: [{ id: 6601, title: 'Source', type: 1, required: false }],
    uoms: [
      { id: 1, title: 'pcs', description: 'Pieces' },
      { id: 2, title: 'm', description: 'Metres' },
    ],
    taxes: [{ id: 5, name: 'VAT', rate: 23 }],
    services: [service(7001, 'Shipping'), service(7002, 'Fee'), service(7003, 'Discount')],
    apiEmployeeId: 31,
    rights: { addProductsWithoutDeduction: true },
  };
}

const location = (id: number, name: string, address: string): Location => ({ id, name, address, timezone: 'Europe/Warsaw', isArchived: false, isHidden: false, createdAt: openedAt });

const status = (id: number, name: string, type: number, group: string): Status => ({ id, name, color: '#8ab4f8', group: { type, name: group } });

const service = (id: number, title: string): Product => ({
  id,
  type: 'service',
  title,
  description: '',
  code: '',
  sku: '',
  uomId: 1,
  categoryId: null,
  cost: 0n,
  prices: {},
  barcodes: [],
  isHidden: false,
  createdAt: openedAt,
  modifiedAt: openedAt,
});
