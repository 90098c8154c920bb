import type { FindingDraft } from '../finding/finding.ts';
import { secretsIn, type SecretKind } from '../secret/secret.ts';
import type { PlacedText } from './subject-text.ts';

const words: Readonly<Record<SecretKind, string>> = {
  'private-key': 'a private key',
  credential: 'a credential',
  password: 'a password in plain text',
  'card-number': 'a card number',
};

/** One finding per place. The claim never shows the value: findings are read by more people than secrets are. */
export function secretFindings(texts: readonly PlacedText[], step: string | null): FindingDraft[] {
  return texts.flatMap(({ text, pointer }) => {
    const [first] = secretsIn(text);
    if (!first) return [];
    return [
      {
        rule: 'floor.secret-literal',
        severity: 'critical' as const,
        step,
        claim: `There is ${words[first.kind]} at this place. Plans are read by agents and people and are kept for years.`,
        evidence: [pointer],
        suggestion: 'Name the secret in `secrets`; replace the one that was shown.',
      },
    ];
  });
}
