import { keepsWhatItAcknowledges } from './adversary/durability.ts';
import { wrongSystemFails } from './adversary/false-success.ts';
import { noWayBack, takesForeign, undoTakesMore, writtenTwice } from './adversary/loss.ts';
import { hiddenCrashes, sharedLimit } from './adversary/reach.ts';
import type { ReviewRule } from './rule.ts';
import { goalCovers } from './reliability/goal.ts';
import { healConfirmed, healFollowed, healPortFree } from './reliability/heal.ts';
import { needsComplete } from './reliability/needs.ts';
import { portMatches, socketsDistinct } from './reliability/sockets.ts';
import { timeoutsBounded } from './reliability/timing.ts';
import { undoOrder, undoneByCompensation } from './reliability/undo.ts';
import { probeCanFail, verifyProves } from './reliability/verification.ts';
import { authenticationScope } from './security/authentication.ts';
import { configurationInert, configurationPaths, peersLocal } from './security/configuration.ts';
import { environmentKnown } from './security/environment.ts';
import { healEnvelope } from './security/heal.ts';
import { limitsSet } from './security/limits.ts';
import { listenLoopback } from './security/listening.ts';
import { fileMode } from './security/permissions.ts';
import { knownProgram, noShell } from './security/programs.ts';
import { secretLiteral } from './security/secrets.ts';

/** What each mandate looks for. Two mandates share no rule: agreement of both then means something. */
const rules = {
  security: [
    listenLoopback,
    authenticationScope,
    secretLiteral,
    fileMode,
    knownProgram,
    noShell,
    environmentKnown,
    limitsSet,
    configurationInert,
    configurationPaths,
    peersLocal,
    healEnvelope,
  ],
  reliability: [
    undoneByCompensation,
    undoOrder,
    verifyProves,
    probeCanFail,
    goalCovers,
    timeoutsBounded,
    socketsDistinct,
    portMatches,
    needsComplete,
    healConfirmed,
    healPortFree,
    healFollowed,
  ],
  adversary: [
    takesForeign,
    undoTakesMore,
    noWayBack,
    writtenTwice,
    keepsWhatItAcknowledges,
    wrongSystemFails,
    sharedLimit,
    hiddenCrashes,
  ],
} as const satisfies Record<string, readonly ReviewRule[]>;

export type Mandate = keyof typeof rules;

export const reviewRules: Readonly<Record<Mandate, readonly ReviewRule[]>> = rules;

export function isMandate(value: string): value is Mandate {
  return Object.hasOwn(rules, value);
}
