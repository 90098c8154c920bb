import { assignedSecretsIn } from './assignment.ts';
import { contextualSecretsIn } from './contextual-secret.ts';
import { credentialNeighboursIn } from './credential-neighbour.ts';
import { emailAddressesIn } from './email-address.ts';
import type { SensitiveSpan } from './finding.ts';
import { ibansIn } from './iban.ts';
import { internalHostsIn, privateAddressesIn } from './internal-address.ts';
import { kubernetesSecretsIn } from './kubernetes-secret.ts';
import { mergeSpans } from './merge.ts';
import { paymentCardsIn } from './payment-card.ts';
import { pointedSecretsIn } from './pointed-secret.ts';
import { privateKeysIn } from './private-key.ts';
import { providerKeysIn } from './provider-key.ts';
import { randomStringsIn } from './random-string.ts';
import { webTokensIn } from './web-token.ts';
import { withoutPlaceholders } from './own-placeholder.ts';

export interface DetectOptions {
  /** Domains whose hosts are internal, besides those that are so everywhere. */
  readonly internalDomains?: readonly string[];
  /** The name of the file the text was read from, where there is one: some formats are told apart by it alone. */
  readonly fileName?: string;
}

/** Everything sensitive that shows by itself in a text, in order and free of overlaps (Invariant 7). Throws on no text. */
export function detect(text: string, options: DetectOptions = {}): SensitiveSpan[] {
  const visible = withoutPlaceholders(text);
  const assigned = [...contextualSecretsIn(visible, options.fileName), ...assignedSecretsIn(visible)].toSorted(
    (left, right) => left.start - right.start,
  );
  return mergeSpans([
    ...privateKeysIn(visible),
    ...webTokensIn(visible),
    ...providerKeysIn(visible),
    ...kubernetesSecretsIn(visible),
    ...pointedSecretsIn(visible),
    ...assigned,
    ...credentialNeighboursIn(visible, assigned),
    ...randomStringsIn(visible),
    ...paymentCardsIn(visible),
    ...ibansIn(visible),
    ...emailAddressesIn(visible),
    ...internalHostsIn(visible, options.internalDomains ?? []),
    ...privateAddressesIn(visible),
  ]);
}
