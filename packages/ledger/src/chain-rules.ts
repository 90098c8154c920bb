import { attestationFindings } from './attestation-rules.ts';
import { breakGlassFindings } from './break-glass-rules.ts';
import type { Chain } from './chain.ts';
import { debateFindings } from './debate-rules.ts';
import { egressFindings } from './egress-rules.ts';
import { executionFindings } from './execution-rules.ts';
import type { Finding } from './finding.ts';
import { healFindings } from './heal-rules.ts';
import { motionFindings } from './motion-rules.ts';
import { spendingFindings } from './spending-rules.ts';
import { stopFindings } from './stop-rules.ts';
import { supersededFindings } from './superseded-rules.ts';
import { thoughtFindings } from './thought-rules.ts';
import { verdictFindings } from './verdict-rules.ts';
import { voteFindings } from './vote-rules.ts';

/** All that has to hold of what was stated in one run, or about the log as a whole. */
export function chainFindings(chain: Chain): Finding[] {
  return [
    ...supersededFindings(chain),
    ...motionFindings(chain),
    ...voteFindings(chain),
    ...debateFindings(chain),
    ...verdictFindings(chain),
    ...breakGlassFindings(chain),
    ...healFindings(chain),
    ...executionFindings(chain),
    ...attestationFindings(chain),
    ...stopFindings(chain),
    ...thoughtFindings(chain),
    ...egressFindings(chain),
    ...spendingFindings(chain),
  ];
}
