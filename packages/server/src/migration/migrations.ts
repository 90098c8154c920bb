import { runs } from './001-runs.ts';
import { documents } from './002-documents.ts';
import { budget } from './003-budget.ts';
import { egress } from './004-egress.ts';
import { placeholders } from './005-placeholders.ts';
import { clarification } from './006-clarification.ts';
import { modelStops } from './007-model-stops.ts';
import { trustPolicy } from './008-trust-policy.ts';
import { access } from './009-access.ts';
import { emergency } from './010-emergency.ts';
import { passkeys } from './011-passkeys.ts';
import { shredding } from './012-shredding.ts';
import { why } from './013-why.ts';
import type { Migration } from './migration.ts';

/** In the order they are applied. The ledger brings and applies its own. */
export const migrations: readonly Migration[] = [
  runs,
  documents,
  budget,
  egress,
  placeholders,
  clarification,
  modelStops,
  trustPolicy,
  access,
  emergency,
  passkeys,
  shredding,
  why,
];
