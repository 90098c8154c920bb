import type { Json, Probe } from '@duovir/protocol';
import { AgentError, type DocumentPath } from '../error.ts';
import { probeTemplateSchema } from '../playbook/playbook-schema.ts';
import { renderProbe } from '../playbook/render.ts';
import type { DraftProbe } from './draft-probe.ts';
import { probeOf } from './draft-playbook.ts';

/** One probe on its own, bound to inputs. Throws `playbook-render` where it is none. */
export function renderDraftProbe(probe: DraftProbe, inputs: Readonly<Record<string, Json>>, path: DocumentPath): Probe {
  const template = probeTemplateSchema.safeParse(probeOf(probe));
  if (!template.success)
    throw new AgentError('playbook-render', template.error.issues[0]?.message ?? 'It is no probe.', path);
  return renderProbe(template.data, {}, { inputs }, path);
}
