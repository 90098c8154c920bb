import { type ServerResponse } from 'node:http';
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}
interface Issued {
  readonly extensions?: 'tsa' | 'tsa_not_critical' | 'tsa_and_more' | 'no_usage' | 'authority' | 'no_authority';
  readonly key?: readonly string[];
  /** Days from now. */
  readonly validFor?: number;
  readonly issuer?: Certificate;
}
/** What `openssl ts` answers, with a certification authority that is made here. */
export declare class TimeStampingAuthority {
  #private;
  readonly folder: string;
  readonly root: Certificate;
  constructor();
  path(name: string): string;
  pem({ certificate }?: Certificate): string;
  issue(name: string, { extensions, key, validFor, issuer }?: Issued): Certificate;
  rsa(name: string): Certificate;
  /** The whole answer in DER. `chain`: certificates to send with it. */
  answer(query: Buffer, signer: Certificate, chain?: readonly Certificate[]): Buffer;
  /** What OpenSSL itself says about content and answer. Throws unless it verifies. */
  check(content: Buffer, response: Buffer): void;
  close(): void;
}
/** Serves on the loopback whatever `respond` does with a query. */
export declare function serveTimestamps(respond: (query: Buffer, answer: ServerResponse) => void): Promise<{
  readonly url: string;
  close(): Promise<void>;
}>;
export {};
