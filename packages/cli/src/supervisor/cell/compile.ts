/** Loads what agents and the witness run in any of their roles, so that Node compiles it; does nothing else. */
await Promise.all([import('@duovir/agents'), import('@duovir/ledger')]);
