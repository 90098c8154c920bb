import { LedgerError } from './error.ts';
import { parseVkey, type KeyPurpose, type VerifierKey } from './vkey.ts';

/** Whose cosignatures are enough: one witness, or k members of a group. */
type Quorum =
  | { readonly kind: 'none' }
  | { readonly kind: 'witness'; readonly name: string }
  | { readonly kind: 'group'; readonly threshold: number; readonly members: readonly Quorum[] };

/** C2SP tlog-policy: the text in which logs and witnesses are agreed between organisations. */
export interface WitnessPolicy {
  readonly logs: readonly VerifierKey[];
  readonly witnesses: ReadonlyMap<string, VerifierKey>;
  readonly quorum: Quorum;
}

/** `cosigned` holds names of the policy, not key names. */
export function satisfiesQuorum(quorum: Quorum, cosigned: ReadonlySet<string>): boolean {
  switch (quorum.kind) {
    case 'none':
      return true;
    case 'witness':
      return cosigned.has(quorum.name);
    case 'group':
      return quorum.members.filter((member) => satisfiesQuorum(member, cosigned)).length >= quorum.threshold;
  }
}

class PolicyReader {
  readonly logs: VerifierKey[] = [];
  readonly witnesses = new Map<string, VerifierKey>();
  quorum: Quorum | undefined;
  readonly #names = new Map<string, Quorum>();
  readonly #members = new Set<string>();
  #line = 0;

  read(words: readonly string[], line: number): void {
    this.#line = line;
    const [keyword, name, ...rest] = words;
    if (name === undefined) throw this.#malformed('a keyword without its value');
    if (keyword === 'log' && rest.length <= 1) this.logs.push(this.#key(name, 'log', this.logs));
    else if (keyword === 'witness' && (rest.length === 1 || rest.length === 2)) this.#witness(name, rest[0] ?? '');
    else if (keyword === 'group' && rest.length >= 2) this.#define(name, this.#group(rest[0] ?? '', rest.slice(1)));
    else if (keyword === 'quorum' && rest.length === 0) this.#setQuorum(name);
    else throw this.#malformed('unknown line');
  }

  #malformed(reason: string): LedgerError {
    return new LedgerError('witness-policy-malformed', `Line ${this.#line} of the witness policy: ${reason}.`);
  }

  /** One key under two names would count twice. */
  #key(vkey: string, purpose: KeyPurpose, others: Iterable<VerifierKey>): VerifierKey {
    const key = parseVkey(vkey);
    if (key.purpose !== purpose) throw this.#malformed(`not the key of a ${purpose}`);
    for (const other of others) if (other.rawKey.equals(key.rawKey)) throw this.#malformed('this key is listed twice');
    return key;
  }

  #witness(name: string, vkey: string): void {
    this.#define(name, { kind: 'witness', name });
    this.witnesses.set(name, this.#key(vkey, 'witness', this.witnesses.values()));
  }

  #define(name: string, quorum: Quorum): void {
    if (name === 'none' || this.#names.has(name)) throw this.#malformed('this name is taken');
    this.#names.set(name, quorum);
  }

  #group(threshold: string, members: readonly string[]): Quorum {
    const count = threshold === 'any' ? 1 : threshold === 'all' ? members.length : this.#count(threshold);
    if (count < 1 || count > members.length) throw this.#malformed('the threshold does not fit the members');
    return { kind: 'group', threshold: count, members: members.map((member) => this.#member(member)) };
  }

  #count(text: string): number {
    if (!/^[1-9]\d{0,3}$/.test(text)) throw this.#malformed('the threshold is no number');
    return Number(text);
  }

  #member(name: string): Quorum {
    const quorum = this.#names.get(name);
    if (!quorum) throw this.#malformed('a member is not defined above');
    // A witness that is in two groups would be counted twice.
    if (this.#members.has(name)) throw this.#malformed('a name is a member twice');
    this.#members.add(name);
    return quorum;
  }

  #setQuorum(name: string): void {
    if (this.quorum) throw this.#malformed('a second quorum');
    this.quorum = name === 'none' ? { kind: 'none' } : this.#names.get(name);
    if (!this.quorum) throw this.#malformed('the quorum is not defined above');
  }
}

export function parseWitnessPolicy(text: string): WitnessPolicy {
  // oxlint-disable-next-line no-control-regex -- tlog-policy allows tab and newline only
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text))
    throw new LedgerError('witness-policy-malformed', 'The witness policy has control characters.');
  const reader = new PolicyReader();
  for (const [at, line] of text.split('\n').entries()) {
    // Only space and tab separate words here; other white space belongs to names.
    const words = line.split(/[ \t]+/).filter((word) => word !== '');
    if (words.length > 0 && !words[0]?.startsWith('#')) reader.read(words, at + 1);
  }
  if (!reader.quorum) throw new LedgerError('witness-policy-malformed', 'The witness policy has no quorum line.');
  return { logs: reader.logs, witnesses: reader.witnesses, quorum: reader.quorum };
}
