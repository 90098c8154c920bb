import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { isMap, isSeq, type Document, type YAMLMap } from 'yaml';
import type { Principal, TrustPolicy } from '@duovir/protocol';
import { CliError } from '../error.ts';
import { parsePolicyDocument, policyOf, type PolicyDocument } from './policy-document.ts';
import { readPolicyFile, type PolicySource } from './policy-source.ts';
import { policyText } from './policy-text.ts';

/** The next trust policy while it is being written: a YAML file that keeps its comments. */
export class PolicyDraft {
  readonly path: string;
  /** It was not there before, and begins as the policy in force. */
  readonly isNew: boolean;
  readonly #document: PolicyDocument;
  readonly #source: PolicySource;

  private constructor(path: string, source: PolicySource) {
    this.path = path;
    this.isNew = !existsSync(path);
    this.#source = source;
    this.#document = parsePolicyDocument(this.isNew ? policyText(source.inForce) : readPolicyFile(path), path);
    // Nothing is edited that could not be read.
    this.policy();
  }

  static open(path: string, source: PolicySource): PolicyDraft {
    return new PolicyDraft(path, source);
  }

  policy(): TrustPolicy {
    return policyOf(this.#document, this.#source.next());
  }

  /** What the draft is to follow. */
  get inForce(): TrustPolicy {
    return this.#source.inForce.policy;
  }

  principal(name: string): Principal | undefined {
    return this.policy().principals.find((principal) => principal.name === name);
  }

  add(principal: Principal): void {
    if (this.principal(principal.name)) throw taken(principal.name, this.path);
    this.#yaml.addIn(['principals'], this.#yaml.createNode(principal));
  }

  setKey(name: string, publicKey: string): void {
    this.#entryOf(name).set('publicKey', publicKey);
  }

  setLogKey(vkey: string): void {
    this.#yaml.setIn(['log', 'vkey'], vkey);
  }

  replaceWitness(before: string, after: string): void {
    const { vkeys } = this.policy().witnesses;
    this.#yaml.setIn(['witnesses', 'vkeys', vkeys.indexOf(before)], after);
  }

  remove(name: string): void {
    const entry = this.#entryOf(name);
    const principals = this.#yaml.get('principals');
    if (isSeq(principals)) principals.items = principals.items.filter((item) => item !== entry);
  }

  /** As it will be read again, or not at all. */
  save(): void {
    this.policy();
    const beside = `${this.path}.new`;
    writeFileSync(beside, this.#yaml.toString({ lineWidth: 0 }));
    renameSync(beside, this.path);
  }

  get #yaml(): Document.Parsed {
    return this.#document.yaml;
  }

  #entryOf(name: string): YAMLMap {
    const principals = this.#yaml.get('principals');
    const entries = isSeq(principals) ? principals.items.filter((item) => isMap(item)) : [];
    const entry = entries.find((item) => item.get('name') === name);
    if (entry) return entry;
    throw new CliError('not-found', `${this.path} has no principal ${name}.`, 'See `duovir trust show`.');
  }
}

function taken(name: string, path: string): CliError {
  return new CliError(
    'usage',
    `${path} has a principal ${name} already.`,
    `Give it a new key with \`duovir trust rotate ${name}\`.`,
  );
}
