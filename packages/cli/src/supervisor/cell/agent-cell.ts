import { join } from 'node:path';
import { getuid } from 'node:process';
import { fileURLToPath } from 'node:url';
import type { StateDirectory } from '@duovir/principal';
import type { Cell } from './cell.ts';
import { userOf, type Cells } from './cells.ts';
import { handOver, privateFolder } from './hand-over.ts';
import type { Program } from './program.ts';

/** The name under which the server serves the gateway: the one socket besides its own that an agent finds. */
export const GATEWAY = 'gateway';

/** The packs of the product lie beside its packages; those of the installation in its state directory. */
const productPacks = fileURLToPath(new URL('../../../packs', import.meta.resolve('@duovir/agents/process')));

export interface CellPlan {
  readonly cells: Cells;
  readonly state: StateDirectory;
  readonly program: Program;
  readonly compileCache: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Its own folder, of which it can write what it remembers; its own socket; the trust policy; what it is named further. */
export function principalCell(
  name: string,
  { cells, state, program, compileCache, environment }: CellPlan,
  more: { readonly readable?: readonly string[]; readonly writable?: readonly string[] } = {},
): Cell {
  return {
    name,
    user: userOf(cells, name),
    bubblewrap: cells.bubblewrap,
    program,
    state: state.root,
    readable: [state.principal(name), state.trust, ...(more.readable ?? [])],
    writable: [state.memory(name), state.socketFolder(name), ...(more.writable ?? [])],
    compileCache,
    environment,
  };
}

/** Agents may ask the gateway, and read playbooks. */
export function agentCell(name: string, plan: CellPlan): Cell {
  const { state } = plan;
  return principalCell(name, plan, {
    readable: [state.socketFolder(GATEWAY), productPacks, join(state.root, 'packs')],
  });
}

/** The witness remembers the newest checkpoint it has seen, in the folder it had before there were cells. */
export function witnessCell(name: string, plan: CellPlan): Cell {
  return principalCell(name, plan, { writable: [join(plan.state.principal(name), 'seen')] });
}

/** Before each start, for keys may have been exchanged since the last one: what the cell is shown exists and is the principal's own. */
export function furnish({ user, writable }: Cell, folder: string): void {
  const uid = user.kind === 'own' ? user.uid : (getuid?.() ?? 0);
  handOver(folder, uid);
  for (const path of writable) privateFolder(path, uid);
}
