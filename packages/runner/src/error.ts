import { DuovirError, type Consequence } from '@duovir/protocol';

/** What the caller may do and what a person should do, for each code. */
const solutions = {
  'trust-policy-untrusted': ['refuse', 'Restore the trust policy that the security officer signed.'],
  'trust-policy-stale': ['refuse', 'Put the motion to the vote again under the trust policy now in force.'],
  'principal-revoked': ['refuse', 'Put the motion to the vote again, among those who are enrolled now.'],
  'permit-forged': ['refuse', 'Treat the sender as hostile: only the enrolled server may mint permits.'],
  'permit-not-in-ledger': ['refuse', 'Append the permit to the ledger first, then send it with its own proof.'],
  'ledger-proof-invalid': [
    'refuse',
    'Ask the ledger for a new proof under a checkpoint that enough witnesses cosigned.',
  ],
  'permit-not-yet-valid': ['refuse', 'Compare the clocks of server and runner.'],
  'permit-expired': ['refuse', 'Ask the server for a new permit.'],
  'permit-lifetime': ['refuse', 'Mint permits for no longer than the trust policy allows for their risk class.'],
  'permit-used': ['refuse', 'Ask for the receipt of this permit; another execution needs another permit.'],
  'permit-foreign-run': ['refuse', 'Send a permit together with the documents of its own run.'],
  'plan-forged': ['refuse', 'Have the planner, or for a heal the healer, state exactly this plan.'],
  'requester-unknown': ['refuse', 'Have the security officer enrol whoever asks as a person.'],
  'intent-missing': [
    'refuse',
    'Have the requester sign the request: `duovir run start` does it with the key, the console with a passkey.',
  ],
  'intent-forged': ['refuse', 'Treat the sender as hostile: only the requester can say what was asked for.'],
  'request-foreign': ['refuse', 'Plan what was asked for, and put that to the vote.'],
  'check-denied': ['refuse', 'Change the plan: no vote outweighs a checker.'],
  'motion-forged': ['refuse', 'Freeze exactly this plan as a motion and put it to the vote.'],
  'envelope-exceeded': [
    'refuse',
    'Put the patch to the vote without the envelope, or have the officer sign a wider one.',
  ],
  'heal-unfounded': ['refuse', 'Patch the plan that is in force here, or have a planner propose another one.'],
  'risk-class-differs': ['refuse', 'Run the same version of the policy in server and runner, then vote again.'],
  'risk-class-forbidden': ['refuse', 'Change the plan: the trust policy lets nobody carry this risk class.'],
  'verdict-forged': ['refuse', 'Treat the sender as hostile: only the enrolled server may tally.'],
  'verdict-missing': ['refuse', 'Send the verdict that carried exactly this plan and that the permit names.'],
  'opinion-missing': ['refuse', 'Send every opinion the verdict counts; the quorum needs more reviewers that approve.'],
  'opinion-forged': ['refuse', 'Send only opinions that enrolled reviewers signed.'],
  'opinion-foreign': ['refuse', 'Send only opinions on exactly this motion, its evidence and one round.'],
  'opinion-duplicate': ['refuse', 'Send one opinion of each principal; two names on one key are one principal.'],
  'opinion-not-blind': ['refuse', 'Send the blind opinion of each reviewer that has voted a second time.'],
  'below-quorum': ['refuse', 'Have the reviewers that are missing give their opinion, or people stand in for them.'],
  'budget-exhausted': ['refuse', 'Have the budget raised, and put the motion to the vote again.'],
  'group-duplicate': ['refuse', 'Have reviewers of further independence groups look at the motion.'],
  'finding-open': ['refuse', 'Resolve the critical finding with a revised plan; no majority outvotes it.'],
  'approval-missing': ['refuse', 'Have as many people approve as the trust policy asks for.'],
  'approval-forged': ['refuse', 'Send only approvals that enrolled people signed for exactly this motion.'],
  'break-glass-forged': ['refuse', 'Send what enrolled people have signed for this very emergency, and no more.'],
  'break-glass-expired': ['refuse', 'Have people break the glass again, or the reviewers vote.'],
  separation: ['refuse', 'Have somebody else decide: nobody approves what they proposed or requested.'],
  'bytes-differ': ['refuse', 'Execute exactly what was voted on, or put the changed plan to the vote.'],
  'floor-denied': ['refuse', 'Change the step: the policy floor forbids these bytes whoever approves them.'],
  'restoration-missing': ['refuse', 'Send the value of every placeholder that the plan lists, and its salt.'],
  'restoration-extra': ['refuse', 'Send the values of the placeholders that the plan lists, and no others.'],
  'restoration-duplicate': ['refuse', 'Send one value for each placeholder.'],
  'restoration-forged': ['refuse', 'Treat the sender as hostile: the plan has committed to another value.'],
  'placeholder-misplaced': ['refuse', 'Plan the step anew, with placeholders only where their kind may be put in.'],
  'value-unfit': [
    'refuse',
    'Let the plan put the placeholder into a file of its own, into quotes, or into a JSON document.',
  ],
  'fence-stale': ['refuse', 'Ask for the sandbox of the run now, and mint a permit for that generation.'],
  'grounds-missing': ['refuse', 'Send the grounds of the carried plan whose probes these are.'],
  'probe-foreign': ['refuse', 'Send exactly the probes that were agreed for this, with their placeholders.'],
  'diagnosis-forged': ['refuse', 'Send the diagnosis in the words that an enrolled healer has signed for.'],
  'run-settled': ['refuse', 'Start another run: nothing is executed for one that is settled.'],
  stopped: [
    'retry',
    'Have another person than the one who stopped look at the reason and lift it: `duovir stop lift`.',
  ],
  'stop-forged': ['refuse', 'Send the stop with its reason, as the person or the enrolled server has signed it.'],
  'stop-lifted': ['refuse', 'Stop again, by a new statement.'],
  'lift-forged': ['refuse', 'Have an enrolled person sign that exactly this stop is lifted.'],
  'run-busy': ['retry', 'Wait until the step of this run that is under way has ended.'],
  'settlement-forged': ['refuse', 'Release a sandbox only with the settlement of its run and its ledger proof.'],
  'execution-unknown': ['refuse', 'Send the permit: no execution of it was ever begun here.'],
  'execution-interrupted': ['refuse', 'Open the sandbox anew; the effects of this execution went with the old one.'],
  'sandbox-absent': ['refuse', 'Open a sandbox for this run first.'],
  'sandbox-unavailable': ['ask-person', 'Make the sandbox work here first; nothing runs without it.'],
  'state-unsafe': ['ask-person', 'Give the file to the user who runs this process and take it from all others.'],
} as const satisfies Record<string, readonly [Consequence, string]>;

export type RunnerErrorCode = keyof typeof solutions;

/** Why the runner would not. Nothing was executed when it throws this. */
export class RunnerError extends DuovirError<RunnerErrorCode> {
  constructor(code: RunnerErrorCode, message: string, details: { cause?: unknown; remedy?: string } = {}) {
    const [consequence, remedy] = solutions[code];
    super(code, message, { consequence, remedy: details.remedy ?? remedy, cause: details.cause });
  }
}
