import type { FindingDraft } from '../finding/finding.ts';
import { quote } from '../finding/quote.ts';
import { resolveCommand } from '../program/command.ts';
import { isSystemProgram } from '../program/system-path.ts';
import type { Invocation } from './subject-text.ts';

/** Names by which a program can be made to load or run something else than what was approved. */
const loaders =
  /^(?:LD_.*|GCONV_PATH|GLIBC_TUNABLES|MALLOC_.*|BASH_ENV|BASH_FUNC.*|ENV|IFS|PS4|PROMPT_COMMAND|SHELLOPTS|BASHOPTS|CDPATH|PYTHON.*|PERL5?.*|NODE_.*|RUBY.*|GEM_.*|LUA_.*|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|CLASSPATH|DOTNET_.*|GIT_.*|SSH_.*|PAGER|.*_PAGER|EDITOR|VISUAL|.*_EDITOR|BROWSER|HOSTALIASES|LOCPATH|NLSPATH|RES_OPTIONS|LOCALDOMAIN|OPENSSL_.*|SSLKEYLOGFILE|HTTPS?_PROXY|ALL_PROXY|CURL_HOME|PSQLRC|PGSERVICEFILE|PGSYSCONFDIR|REDISCLI_RCFILE|SHELL|TERMINFO.*)$/;

export function environmentFindings(invocation: Invocation, step: string): FindingDraft[] {
  const command = resolveCommand(invocation.argv);
  const set = [
    ...Object.entries(invocation.environment).map(
      ([name, value]) => [name, value, `${invocation.pointer}/environment/${name}`] as const,
    ),
    ...(command.kind === 'program' ? command.environment : []).map(
      ([name, value]) => [name, value, `${invocation.pointer}/argv`] as const,
    ),
  ];
  const findings: FindingDraft[] = [];
  for (const [name, value, at] of set) {
    if (loaders.test(name))
      findings.push({
        rule: 'floor.environment-name',
        severity: 'high',
        step,
        claim: `${quote(name)} can make a program load or run something nobody has approved.`,
        evidence: [at],
        suggestion: 'Remove the variable; give the program an argument or a file that reviewers see.',
      });
    if (
      name === 'PATH' &&
      !value.split(':').every((part) => isSystemProgram(`${part}/program`) && part.startsWith('/'))
    )
      findings.push({
        rule: 'floor.environment-path',
        severity: 'high',
        step,
        claim: 'PATH names a folder that a step of the run could write into.',
        evidence: [at],
        suggestion: 'Name system folders only, each from the root.',
      });
    if (value.includes('\0'))
      findings.push({
        rule: 'floor.argument-characters',
        severity: 'high',
        step,
        claim: `The value of ${quote(name)} contains a NUL byte.`,
        evidence: [at],
      });
  }
  return findings;
}
