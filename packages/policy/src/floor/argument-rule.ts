import type { FindingDraft } from '../finding/finding.ts';
import { quote } from '../finding/quote.ts';
import { programKind } from '../program/catalogue.ts';
import { resolveCommand } from '../program/command.ts';
import type { Invocation } from './subject-text.ts';

/** Control characters but tab and newline, and everything that makes a text look like another. */
const deceptive = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const traversal = /(?:^|[\s=:/'"])\.\.(?:\/|$)/;
const hostInterfaces =
  /\/proc\/(?:\d+|self|thread-self)\/(?:mem|root|environ|ns|cwd|fd|maps)\b|\/proc\/(?:kcore|sysrq-trigger|sys)\b|\/sys\/(?:fs\/cgroup|kernel|firmware)|\/dev\/(?:mem|kmem|port|kvm|sd|nvme|vd|loop|mapper|disk|tcp\/|udp\/)|\/(?:docker|containerd|podman|crio)[^\s/]*\.sock|\b169\.254\.169\.254\b|metadata\.google\.internal|\[?fd00:ec2::254/i;
/** The product's own keys and state: a run has no business there, sandbox or not. */
const ownState = /\.duovir\b|\/(?:officer|principals|people)\/[^\s]*\.pem\b|\btrust-policy\.json\b/;
const privilegeBits = /^(?:0*[2467][0-7]{3}|[ugoa,]*[ugoa]*\+[rwxXt]*s[rwxXst]*)$/;
const wildcardAddress =
  /(?:^|[\s=,'"[(:])(?:0\.0\.0\.0|\[?::\]?|::0|\*)(?=$|[\s,'"\]):])(?![\d.])|(?:^|\s)(?:listen_addresses|--bind|--host|--listen|--address|-h)[= ]?['"]?\*/;

interface Rule {
  readonly rule: string;
  readonly severity: 'high' | 'critical';
  readonly holds: (word: string) => boolean;
  readonly claim: (word: string) => string;
  readonly suggestion: string;
}

const rules: readonly Rule[] = [
  {
    rule: 'floor.argument-characters',
    severity: 'high',
    holds: (word) => deceptive.test(word),
    claim: (word) => `${quote(word)} contains control or invisible characters.`,
    suggestion: 'Write the argument in visible characters.',
  },
  {
    rule: 'floor.path-traversal',
    severity: 'high',
    holds: (word) => traversal.test(word),
    claim: (word) => `${quote(word)} climbs out of its folder with “..”.`,
    suggestion: 'Name the path from the root.',
  },
  {
    rule: 'floor.host-interface',
    severity: 'critical',
    holds: (word) => hostInterfaces.test(word),
    claim: (word) => `${quote(word)} names an interface to the host or its cloud, not a thing of this run.`,
    suggestion: 'Remove it; no step needs it.',
  },
  {
    rule: 'floor.own-state',
    severity: 'critical',
    holds: (word) => ownState.test(word),
    claim: (word) => `${quote(word)} names keys or state of Duovir itself.`,
    suggestion: 'Remove it; no run may touch them.',
  },
];

export function argumentFindings(invocation: Invocation, step: string): FindingDraft[] {
  const findings: FindingDraft[] = [];
  for (const [index, word] of invocation.argv.entries())
    for (const { rule, severity, holds, claim, suggestion } of rules)
      if (holds(word))
        findings.push({
          rule,
          severity,
          step,
          claim: claim(word),
          evidence: [`${invocation.pointer}/argv/${index}`],
          suggestion,
        });
  return [...findings, ...programFindings(invocation, step), ...listenFindings(invocation, step)];
}

function programFindings(invocation: Invocation, step: string): FindingDraft[] {
  const command = resolveCommand(invocation.argv);
  if (command.kind === 'opaque') return [];
  const evidence = [`${invocation.pointer}/argv`];
  if (programKind(command.name) === 'forbidden')
    return [
      {
        rule: 'floor.forbidden-program',
        severity: 'critical',
        step,
        claim: `${quote(command.name)} changes privileges, mounts, devices, kernel or network of the machine; no step may run it.`,
        evidence,
        suggestion: 'Use an action of the catalogue.',
      },
    ];
  if (
    (command.name === 'chmod' || command.name === 'install') &&
    command.arguments.some((word) => privilegeBits.test(word.replace(/^(?:-m|--mode=)/, '')))
  )
    return [
      {
        rule: 'floor.privilege-bits',
        severity: 'critical',
        step,
        claim: 'The step would set the set-user-id or set-group-id bit, which changes who a program runs as.',
        evidence,
        suggestion: 'Drop the bit.',
      },
    ];
  return [];
}

function listenFindings(invocation: Invocation, step: string): FindingDraft[] {
  const joined = invocation.argv.join(' ');
  if (invocation.probe || !wildcardAddress.test(joined) || isExpression(invocation.argv)) return [];
  return [
    {
      rule: 'floor.listen-loopback',
      severity: 'high',
      step,
      claim: 'The arguments name a wildcard address; a run listens on loopback addresses only.',
      evidence: [`${invocation.pointer}/argv`],
      suggestion: 'Listen on an address of 127.0.0.0/8.',
    },
  ];
}

/** SQL has `*` and `::` of its own. */
function isExpression(argv: readonly string[]): boolean {
  const command = resolveCommand(argv);
  return command.kind === 'program' && (command.name === 'psql' || command.name === 'redis-cli');
}
