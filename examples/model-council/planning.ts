import type { Draft } from '@duovir/agents';
import type { ModelCall } from '../../tools/model-server/brain.ts';
import { clusterDraft, type Names } from './cluster-draft.ts';
import { partNamed, valuesOf } from './prompt-parts.ts';

type Refusal = { readonly kind: 'refuse'; readonly reason: string };

/** A first draft as models write them: it works, and is more trusting than it should be. */
export function draftFor(call: ModelCall): Draft | Refusal {
  const goal = partNamed(call, 'goal');
  if (!/\bprimary\b/i.test(goal) || !/\breplicas?\b/i.test(goal))
    return { kind: 'refuse', reason: 'The goal names neither a primary nor replicas.' };
  return clusterDraft(
    { openAccess: true, unboundedLog: true },
    namesIn(goal, partNamed(call, 'nearest-playbook')),
    'PostgreSQL, since its playbook is the nearest: a primary, a role and a slot for each replica, two copies that stream.',
  );
}

/** Mends what the findings say and nothing else. */
export function revisionFor(call: ModelCall): Draft | Refusal {
  const findings = partNamed(call, 'findings');
  const mended = [
    ...(isAboutAccess(findings) ? ['access is limited to loopback and to the two roles that need it'] : []),
    ...(isAboutLog(findings) ? ['the log kept for an absent replica has a bound'] : []),
  ];
  if (mended.length === 0) return { kind: 'refuse', reason: 'No finding is about something this plan could mend.' };
  const before = partNamed(call, 'previous-plan');
  return clusterDraft(
    {
      openAccess: !isAboutAccess(findings) && before.includes('0.0.0.0/0'),
      unboundedLog: !isAboutLog(findings) && !before.includes('max_slot_wal_keep_size'),
    },
    namesIn(partNamed(call, 'goal'), partNamed(call, 'previous-draft')),
    `As the findings ask: ${mended.join('; ')}.`,
  );
}

/** What it could mend it mends; of everything else a person is asked. */
export function rebuttalFor(call: ModelCall): object {
  const shown = valuesOf(partNamed(call, 'findings'));
  const answers = [...shown]
    .filter(([at]) => /^\/\d+\/id$/.test(at))
    .map(([at, finding]) => {
      const claim = shown.get(at.replace(/id$/, 'claim')) ?? '';
      return isAboutAccess(claim) || isAboutLog(claim)
        ? { finding, kind: 'fix', claim: 'It holds, and another draft mends it.', evidence: [] }
        : { finding, kind: 'ask-person', claim: 'This is not for a draft to decide.', evidence: [] };
    });
  return { answers };
}

/** As goal and playbook, or the last draft, call them; what stands there may be a placeholder, and is used as it is. */
function namesIn(goal: string, shown: string): Names {
  return {
    table: /create table (\S+) \(/.exec(shown)?.[1] ?? 'canary',
    host: /\bruns on ([\w.-]+\w)/.exec(goal)?.[1],
  };
}

function isAboutAccess(findings: string): boolean {
  return /access rule|authenticat|trust|without proof/i.test(findings);
}

function isAboutLog(findings: string): boolean {
  return /without bound|max_slot_wal_keep_size/i.test(findings);
}
