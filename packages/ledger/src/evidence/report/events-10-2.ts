import type { EntryKind } from '@duovir/protocol';
import { tell, type ByKind } from '../by-kind.ts';
import type { PackedEntry } from '../packed-entry.ts';
import type { Report, Row } from './report.ts';

/** Which event class of PCI DSS 10.2.1 an entry is about. Accesses to cardholder data (10.2.1.1) Duovir does not see. */
const CLASSES: Partial<Record<EntryKind, string>> = {
  permit: '10.2.1.2',
  receipt: '10.2.1.2',
  stop: '10.2.1.2',
  'stop-lift': '10.2.1.2',
  'break-glass': '10.2.1.2',
  'break-glass-end': '10.2.1.2',
  'trust-policy': '10.2.1.2',
  'audit-read': '10.2.1.3',
  'evidence-export': '10.2.1.3',
  refusal: '10.2.1.4',
  'access-refusal': '10.2.1.4',
  'principal-enrol': '10.2.1.5',
  'principal-rotate': '10.2.1.5',
  'principal-revoke': '10.2.1.5',
  'token-issue': '10.2.1.5',
  'token-revoke': '10.2.1.5',
  'log-start': '10.2.1.6',
  'log-stop': '10.2.1.6',
};

/** PCI DSS 10.2.2, its fields as columns. */
export const events: Report = {
  name: 'events-10.2',
  about:
    'One row for each event of the classes of PCI DSS 10.2.1 that Duovir sees, with the fields of 10.2.2 as columns.',
  columns: [
    'entry',
    'event_class',
    'user_identification',
    'type_of_event',
    'date_and_time',
    'success_or_failure',
    'origination',
    'affected',
  ],
  begin: () => ({ read: (entry) => (entry.isInPeriod ? rowsOf(entry) : []), end: () => [] }),
};

function rowsOf(entry: PackedEntry): readonly Row[] {
  const { kind, time, subject } = entry.statement;
  const eventClass = CLASSES[kind];
  if (eventClass === undefined) return [];
  return [
    {
      entry: entry.index,
      event_class: eventClass,
      user_identification: tell(entry, persons) ?? entry.principal,
      type_of_event: kind,
      date_and_time: time,
      success_or_failure: tell(entry, failed) === true ? 'failure' : 'success',
      origination: tell(entry, origins) ?? entry.role ?? null,
      affected: tell(entry, affected) ?? subject,
    },
  ];
}

/** Where somebody sat; for what processes do, which of them it was. */
const origins: ByKind<string> = {
  'audit-read': ({ origin }) => origin,
  'access-refusal': ({ origin }) => origin,
};

const affected: ByKind<string> = {
  permit: ({ step }, entry) => `${entry.statement.run} ${step}`,
  receipt: ({ step }, entry) => `${entry.statement.run} ${step}`,
  refusal: (_, entry) => entry.statement.run,
  'audit-read': ({ what, run }) => (run === null ? what : `${what} of ${run}`),
  'access-refusal': ({ action }) => action ?? 'login',
  'principal-enrol': ({ principal, key }) => `${principal} ${key}`,
  'principal-rotate': ({ principal, key }) => `${principal} ${key}`,
  'principal-revoke': ({ principal, key }) => `${principal} ${key}`,
  'token-issue': ({ person, token }) => `${person} ${token}`,
  'token-revoke': ({ person, token }) => `${person} ${token}`,
};

/** Who did it, where the entry names somebody else than its signer. */
const persons: ByKind<string> = {
  'audit-read': ({ person }) => person,
  'evidence-export': ({ person }) => person,
  'access-refusal': ({ person }) => person ?? 'unknown',
  stop: ({ person }) => person,
  'stop-lift': ({ person }) => person,
  'break-glass-end': ({ person }) => person,
  'token-issue': ({ issuer }) => issuer,
  'token-revoke': ({ person }) => person,
};

const failed: ByKind<boolean> = {
  refusal: () => true,
  'access-refusal': () => true,
  receipt: ({ outcome }) => outcome === 'failed',
};
