import { expect, onTestFinished, test } from 'vitest';
import { executionEventSchema, type ExecuteRequest, type ExecutionEvent } from '@duovir/protocol';
import { Runner, runnerFiles } from '@duovir/runner';
import { chain } from './chain.ts';
import { install, type Installation } from './installation.ts';

interface Bench extends Installation {
  readonly runner: Runner;
  execute(request: ExecuteRequest): Promise<ExecutionEvent>;
}

async function bench(): Promise<Bench> {
  const installation = await install();
  const runner = await Runner.open({ files: runnerFiles(installation.state), signer: installation.signer('runner') });
  onTestFinished(async () => {
    await runner.close();
    installation.remove();
  });
  const execute = async (request: ExecuteRequest): Promise<ExecutionEvent> => {
    const text = await new Response((await runner.execute(request)).lines()).text();
    return executionEventSchema.parse(JSON.parse(text.trim().split('\n').at(-1) ?? ''));
  };
  return { ...installation, runner, execute };
}

test('Invariant 1, permit: a trust policy that another key signed is refused, at the next execution and at the next start', async () => {
  const here = await bench();
  const request = await chain(here);
  await here.enforce({ ...here.policy, version: 2 }, here.signer('server'));
  expect(await here.execute(request)).toMatchObject({ kind: 'refusal', code: 'trust-policy-untrusted' });
  await expect(Runner.open({ files: runnerFiles(here.state), signer: here.signer('runner') })).rejects.toMatchObject({
    code: 'trust-policy-untrusted',
  });
});

test('Invariant 1, permit: what was carried under an older trust policy is void under a newer one', async () => {
  const here = await bench();
  const request = await chain(here);
  await here.enforce({ ...here.policy, version: 2 });
  expect(await here.execute(request)).toMatchObject({ kind: 'refusal', code: 'trust-policy-stale' });
});

test('Invariant 2, separation: a reviewer who was put out counts no more', async () => {
  const here = await bench();
  const principals = here.policy.principals.filter(({ name }) => name !== 'reviewer-security');
  const trustPolicy = await here.enforce({ ...here.policy, version: 2, principals });
  const request = await chain(here, { trustPolicy });
  expect(await here.execute(request)).toMatchObject({ kind: 'refusal', code: 'opinion-forged' });
});

test('Invariant 1, permit: an old trust policy put back is refused, even by a runner that has been restarted', async () => {
  const here = await bench();
  await here.enforce({ ...here.policy, version: 2 });
  await here.execute(await chain(here));
  await here.enforce(here.policy);
  expect(await here.execute(await chain(here))).toMatchObject({ kind: 'refusal', code: 'trust-policy-stale' });
  await expect(Runner.open({ files: runnerFiles(here.state), signer: here.signer('runner') })).rejects.toMatchObject({
    code: 'trust-policy-stale',
  });
});

test('Invariant 2, separation: a trust policy that gives two principals one key is refused, however the key is spelled', async () => {
  const here = await bench();
  const key = here.policy.principals.find(({ name }) => name === 'reviewer-security')?.publicKey ?? '';
  // The last character of 32 bytes in base64 has two bits that decode to nothing.
  const spelled = `${key.slice(0, 42)}${String.fromCharCode(key.charCodeAt(42) + 1)}=`;
  expect(Buffer.from(spelled, 'base64')).toEqual(Buffer.from(key, 'base64'));
  const principals = here.policy.principals.map((principal) =>
    principal.name === 'reviewer-reliability' ? { ...principal, publicKey: spelled } : principal,
  );
  const trustPolicy = await here.enforce({ ...here.policy, version: 2, principals });
  const twin = { ...here.signer('reviewer-security'), principal: 'reviewer-reliability' };
  const keyId = twin.keyId.replace('reviewer-security', 'reviewer-reliability');
  const signer = (name: string) => (name === 'reviewer-reliability' ? { ...twin, keyId } : here.signer(name));
  const request = await chain({ ...here, signer }, { trustPolicy });
  expect(await here.execute(request)).toMatchObject({ kind: 'refusal', code: 'trust-policy-untrusted' });
});
