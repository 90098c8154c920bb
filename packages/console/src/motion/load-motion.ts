import type { DebateView, Evidence, MotionView, Plan } from '@duovir/protocol';
import { digestOfDocument, type Client } from '@duovir/sdk';

export interface WholeMotion {
  readonly view: MotionView & { readonly plan: Plan };
  readonly evidence: Evidence;
  readonly debate: DebateView;
  /** Whether the plan that is shown has the digest that is signed; undefined where the browser cannot tell. */
  readonly isExact: boolean | undefined;
}

/** Everything about one motion; undefined when the run has none of this digest. */
export async function loadMotion(client: Client, run: string, digest: string): Promise<WholeMotion | undefined> {
  const view = (await client.motions(run)).find((motion) => motion.digest === digest);
  if (!view) return undefined;
  const [evidence, debate] = await Promise.all([client.evidence(digest), client.debate(digest)]);
  const { plan } = view;
  // With a plan its evidence is shredded, which the question above has answered already.
  if (plan === null) return undefined;
  // Browsers count digests for secure pages only.
  const isExact = isSecureContext ? (await digestOfDocument(plan)) === digest : undefined;
  return { view: { ...view, plan }, evidence, debate, isExact };
}
