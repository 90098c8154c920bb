import { entryReport, list } from './report.ts';

/** PCI DSS 7.2, 8.2, 10.2.1.3 to 10.2.1.5. */
export const access = entryReport({
  name: 'access',
  about: 'One row for each role, key or token given or taken, each refusal, and each reading of the record.',
  columns: ['person', 'what', 'detail'],
  rows: () => ({
    'principal-enrol': ({ principal, role, key }) => ({ person: principal, what: role, detail: key }),
    'principal-rotate': ({ principal, key, previous }) => ({
      person: principal,
      what: 'key',
      detail: `${key} for ${previous}`,
    }),
    'principal-revoke': ({ principal, key }) => ({ person: principal, what: 'key', detail: key }),
    'token-issue': ({ person, scopes, token, issuer, expiresAt }) => ({
      person,
      what: list(scopes),
      detail: `${token} by ${issuer} until ${expiresAt}`,
    }),
    'token-revoke': ({ person, token }) => ({ person, what: 'token', detail: token }),
    'trust-policy': ({ version, changes }) => ({
      what: `trust policy ${version}`,
      detail: list(changes.map(({ at, change }) => `${change}:${at}`)),
    }),
    'access-refusal': ({ person, action, reason, attempts, origin }) => ({
      person,
      what: action,
      detail: `${reason}, ${attempts} times, from ${origin}`,
    }),
    'audit-read': ({ person, what, run, origin }) => ({
      person,
      what: `read ${what}`,
      detail: `${run ?? 'everything'}, from ${origin}`,
    }),
    'evidence-export': ({ person, scope, from, to }) => ({
      person,
      what: `evidence ${scope}`,
      detail: `${from ?? 'the beginning'} to ${to ?? 'now'}`,
    }),
  }),
});
