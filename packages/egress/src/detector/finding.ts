/** `block` is the high-precision tier, in which a finding also raises an alert; each of its findings is redacted as well. */
export type FindingTier = 'redact' | 'block';

/** What was found; it becomes the kind of the placeholder that takes its place. */
export type SensitiveKind = 'secret' | 'key' | 'card' | 'iban' | 'email' | 'host' | 'ip' | 'sql';

/** Where something sensitive stands in a text, in UTF-16 units. The value itself is deliberately not part of it. */
export interface SensitiveSpan {
  readonly start: number;
  readonly end: number;
  readonly kind: SensitiveKind;
  /** The rule that found it, for records and for grading. */
  readonly rule: string;
  readonly tier: FindingTier;
}
