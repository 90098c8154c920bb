import { isLoopback, pointer, quote } from '@duovir/policy';
import { contains } from '../finding-check.ts';
import type { Look, ReviewRule } from '../rule.ts';
import type { PlannedFile } from '../subject.ts';

/** Methods by which PostgreSQL believes whoever connects, or lets the password be read on the way. */
const weak = /^(?:trust|password)$/;

export const authenticationScope: ReviewRule = {
  id: 'security.authentication-scope',
  severity: 'high',
  text: 'Access without a secret reaches no further than loopback, which only the run itself can reach.',
  *look({ files }) {
    for (const file of files) {
      yield* accessRules(file);
      yield* protectedMode(file);
    }
  },
};

/** pg_hba.conf: type, database, user, [address,] method. */
function* accessRules({ step, index, content }: PlannedFile): Iterable<Look> {
  const place = { step: step.id, at: pointer('steps', index, 'call', 'with', 'content') };
  for (const line of content.split('\n')) {
    const [type = '', , , address = '', fifth = '', sixth = ''] = line.trim().split(/\s+/);
    if (type === 'local' && weak.test(address)) yield place;
    if (!/^host(?:no)?(?:ssl|gssenc)?$/.test(type)) continue;
    const method = /^\d+(?:\.\d+){3}$/.test(fifth) ? sixth : fifth;
    if (!weak.test(method) || isLocalNetwork(address)) yield place;
    else
      yield {
        ...place,
        claim: `The access rule ${quote(line.trim())} lets anybody at ${quote(address)} in without proof.`,
        suggestion: 'Use scram-sha-256, or limit the rule to 127.0.0.0/8.',
        check: contains(place.at, line.trim()),
      };
  }
}

function isLocalNetwork(address: string): boolean {
  const [host = '', bits] = address.split('/');
  const narrow = bits === undefined || Number(bits) >= (host.includes(':') ? 128 : 8);
  return address === 'samehost' || (isLoopback(host) && host !== '' && narrow);
}

function* protectedMode({ step, index, content }: PlannedFile): Iterable<Look> {
  const [words, setting] = /^[ \t]*protected-mode[ \t]+(\S+)/m.exec(content) ?? [];
  if (words === undefined) return;
  const place = { step: step.id, at: pointer('steps', index, 'call', 'with', 'content') };
  if (setting === 'yes') yield place;
  else
    yield {
      ...place,
      severity: 'medium',
      claim: 'Protected mode is off: one wrong bind line would let anybody in without a password.',
      suggestion: 'Write protected-mode yes.',
      check: contains(place.at, words.trim()),
    };
}
