import type { Manifest } from './manifest.ts';
import type { Summary } from './tables.ts';
import { surelyOver } from './period-audit.ts';
import { pathOf } from './report/reports.ts';

export const README_FILE = 'README.txt';

/** Nobody may take the part of a day for the day. */
const UNFINISHED = `
This pack was made before its period was over, or only just: what came later is not here.
`;
const isTooSoon = (from: string | null, to: string | null, createdAt: string): boolean =>
  (from !== null && from > createdAt) || (to !== null && surelyOver(to) > Date.parse(createdAt));

/** For an assessor who has never seen Duovir. It claims nothing that the files beside it do not show. */
export function readme(
  { organisation, origin, from, to, scope, size, root, first, createdAt }: Omit<Manifest, 'files' | 'format'>,
  { tables }: Summary,
): string {
  const period = `${from ?? 'the beginning of the log'} to ${to ?? 'the end of the log'}`;
  const population = tables.map(
    ({ report, population: rows }) => `  ${pathOf(report).padEnd(28)}${String(rows).padStart(8)}  ${report.about}`,
  );
  return `EVIDENCE PACK

Organisation  ${organisation}
Log           ${origin}
Period        ${period} (UTC; the first moment belongs to it, the last does not)
Scope         ${scope}
Made at       ${createdAt}
Entries       ${first} to ${size - 1} of ${size}
Root          ${root}

WHAT THIS IS

Duovir carries out changes of infrastructure. Agents propose and review them, rules and people decide, a runner executes and
somebody else looks at the result. Each of these words is signed by the key of who said it, and is an entry of an append-only
log (RFC 6962, C2SP tlog-tiles) whose checkpoints independent witnesses have cosigned. This pack holds the log of the period, what
can be read out of it as tables, and programs that verify it without Duovir and without a network.

VERIFY IT

1. Get the public key of the security officer of ${organisation} from somebody other than who gave you this pack. Compare it with
   "officer" in log/keys.json. Every other key in here is vouched for by it.

2. In the folder with the unpacked files:

     sha256sum -c SHA256SUMS
     python3 verify/verify.py --officer KEY .
     GO111MODULE=off GOPATH=/usr/share/gocode go build -o /tmp/duovir-verify verify/verify.go
     /tmp/duovir-verify --officer KEY .

   (For Go: Debian's packages golang-go and golang-golang-x-mod-dev; the head of verify.go says how to build it elsewhere.)
   The two programs share no code with Duovir nor with each other. Do not take them from the pack of somebody you do not trust:
   get them from the publisher of Duovir, or write your own from its page "Verifying a ledger".

3. With Duovir itself, which also makes every table again from the entries and compares it byte for byte:

     duovir evidence verify PACK.zip --officer KEY

Exit code 0: verified. 1: findings, each with entry, rule and consequence. 2: could not look.

WHY NOTHING CAN BE MISSING
${isTooSoon(from, to, createdAt) ? UNFINISHED : ''}
The entries in log/ are a contiguous range of one tree: each of them, from ${first} to ${size - 1}, is needed to arrive at the root
that the log signed and the witnesses cosigned. Older entries that later ones rest on are in log/context/, each with its own proof.
That the range spans the period, entries of a server show: one before the first moment of it (unless the log begins here), and one a
quarter of an hour after its last, or nothing between these entries and the one that states the export. A run that has ended is
sealed: its last entry (settlement) names how many entries the run has and the chain of their hashes, so none of them can be left
out. The populations below are counted from these entries. Each row names the index of its entry (column "entry"). The samples in
mapping/ are the entries whose hash together with the root is smallest: who made the pack could not choose them, and you can draw
others.

WHAT IS IN IT

  MANIFEST.json               every file with its SHA-256; MANIFEST.dsse.json is the server's signature over it,
                              MANIFEST.tlog-proof proves that this export itself is an entry of the log
  log/                        the log: entries, tiles, checkpoints, keys and trust policies, all signed
  index.jsonl                 one line for each entry
  blobs/openings.jsonl        content that entries commit to: opened, or withheld with the reason
  mapping/                    requirement, what provides evidence for it, population, sample
  schemas/                    the closed schema of every kind of entry
  verify/                     the independent programs
  reports/report.html         the same for reading and printing

Rows of the tables:

${population.join('\n')}

WHAT IS NOT CLAIMED

- No conclusion about any requirement. The mapping says which rows provide evidence for which requirement; the judgement is yours.
- A signature shows which principal spoke, not that it was right, nor what a model thought.
- What no entry is about was not seen by Duovir: changes that people make by other means are not in here.
- Content that is withheld ("policy") exists and is not shown; "missing" is gone or was never stored. The entry and its commitment stay.
- Times are those of the clocks of who signed; anchors in log/anchors/ (RFC 3161), where there are any, come from somebody else.
`;
}
