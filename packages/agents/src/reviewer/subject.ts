import type { Evidence, Plan, Step, TrustPolicy } from '@duovir/protocol';

/** A file the plan writes, and where it says so. */
export interface PlannedFile {
  readonly step: Step;
  readonly index: number;
  readonly path: string;
  readonly content: string;
  readonly mode: string;
}

/** A service the plan starts, with everything that names it. */
export interface PlannedService {
  readonly step: Step;
  readonly index: number;
  readonly name: string;
  readonly argv: readonly string[];
  readonly address: string;
  readonly port: number;
  readonly readyTimeoutMs: number;
  /** Its address and the host names that stand for it. */
  readonly hosts: readonly string[];
  /** Files of the plan that its arguments name. */
  readonly configuration: readonly PlannedFile[];
}

/** What a reviewer judges: the motion and its evidence, read once. */
export interface ReviewSubject {
  readonly kind: 'plan' | 'heal';
  readonly plan: Plan;
  readonly evidence: Evidence;
  readonly policy: TrustPolicy;
  /** The plan a heal changes, when this reviewer has judged it before. */
  readonly previous: Plan | undefined;
  readonly files: readonly PlannedFile[];
  readonly services: readonly PlannedService[];
}

export function reviewSubject(
  parts: Pick<ReviewSubject, 'kind' | 'plan' | 'evidence' | 'policy' | 'previous'>,
): ReviewSubject {
  const files = plannedFiles(parts.plan);
  return { ...parts, files, services: plannedServices(parts.plan, files) };
}

function plannedFiles({ steps }: Plan): PlannedFile[] {
  return steps.flatMap((step, index) =>
    step.call.action === 'file.write@1' ? [{ step, index, ...step.call.with }] : [],
  );
}

function plannedServices({ steps }: Plan, files: readonly PlannedFile[]): PlannedService[] {
  const hosts = steps.flatMap(({ call }) => (call.action === 'sandbox.open@1' ? Object.entries(call.with.hosts) : []));
  return steps.flatMap((step, index) => {
    if (step.call.action !== 'service.start@1') return [];
    const { name, argv, ready } = step.call.with;
    return [
      {
        step,
        index,
        name,
        argv,
        address: ready.address,
        port: ready.port,
        readyTimeoutMs: ready.timeoutMs,
        hosts: [ready.address, ...hosts.filter(([, address]) => address === ready.address).map(([host]) => host)],
        configuration: files.filter(({ path }) => argv.some((word) => mentions(word, path))),
      },
    ];
  });
}

/** The step in which a JSON pointer points to something. */
export function stepAt({ steps }: Plan, at: string): Step | undefined {
  const index = /^\/steps\/(\d+)(?:\/|$)/.exec(at)?.[1];
  return index === undefined ? undefined : steps[Number(index)];
}

/** Whether the text names this path, host or address, and not merely a longer one that contains it. */
export function mentions(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const before = text[at - 1] ?? ' ';
    const after = text.slice(at + name.length, at + name.length + 2);
    if (!/[\w.-]/.test(before) && !/^(?:[\w-]|\.\w)/.test(after)) return true;
  }
  return false;
}
