// The architecture as tables. The lint rules below hold every import to them; ARCHITECTURE.md prints the first one
// (tools/documents.ts compares), package.json and tsconfig.json of each package must agree (tools/layers.test.ts compares).
import { clock } from './lint/clock.mjs';
import { commandTemplate } from './lint/command-template.mjs';
import { direction } from './lint/direction.mjs';
import { disableReason } from './lint/disable-reason.mjs';
import { environment } from './lint/environment.mjs';
import { exportAll } from './lint/export-all.mjs';
import { modules } from './lint/modules.mjs';

// oxlint-disable-next-line import/no-default-export -- oxlint reads a plugin from the default export
export default {
  meta: { name: 'layers' },
  rules: {
    clock,
    'command-template': commandTemplate,
    direction,
    'disable-reason': disableReason,
    environment,
    'export-all': exportAll,
    modules,
  },
};
