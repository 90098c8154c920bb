import type { EvidenceScope } from '@duovir/protocol';
import { aiAct, aiManagement } from './artificial-intelligence.ts';
import { dora } from './dora.ts';
import type { Framework } from './framework.ts';
import { pciDss } from './pci-dss.ts';
import { soc2 } from './soc2.ts';

export function frameworksFor(scope: EvidenceScope): readonly Framework[] {
  return scope === 'pci' ? [pciDss] : [pciDss, soc2, dora, aiAct, aiManagement];
}

export function mappingPath({ name }: Framework): string {
  return `mapping/${name}.json`;
}
