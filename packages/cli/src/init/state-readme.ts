/** What lies in a new state directory as README.md. */
export const stateReadme = `# State of one Duovir installation

Made by \`duovir init\`. Only the user who owns it may read it; keys that others can read are refused.

| path | is | who needs it | back up |
|---|---|---|---|
| \`officer/key.pem\` | the security officer's key; signs trust policies | the officer alone: move it off this machine before production | yes, offline |
| \`officer/public.pem\` | its public half, from which everything else is verified | everybody | yes |
| \`trust/policy.json\` | who may do what: principals, quorum, access, envelopes, budgets; signed by the officer | everybody | yes |
| \`trust/history/\` | every trust policy that was ever in force, by version | everybody | yes |
| \`principals/<name>/key.pem\` | the private key of one process | that process alone | yes, sealed |
| \`principals/<name>/signer.json\` | instead of a key file: the program that has the key, as in docs/guide/keys.md | that process alone | yes |
| \`principals/server/log-key.pem\` | the key of the log, where it is not the server's | server | yes, sealed |
| \`principals/<name>/next/\` | the key that is to follow, until the policy that names it is in force | that process | yes, sealed |
| \`principals/<name>/officer.pem\` | the officer's public key as that process pins it | that process | with the key |
| \`principals/<name>/memory/\` | what that process must not forget, as the highest version of the trust policy it has seen | that process | yes |
| \`principals/server/tokens.json\` | SHA-256 of the API tokens of people, never a token | server | yes |
| \`principals/server/database-url\` | where PostgreSQL is, when it is not ours | server | yes, sealed |
| \`principals/runner/\` | permits that were used, so that none is used twice | runner | yes |
| \`principals/witness/\` | the newest checkpoint the witness has seen | witness: losing it loses the proof against rollback | yes |
| \`people/<name>/key.pem\` | the key with which a person signs approvals | that person: move it to their own machine | yes, sealed |
| \`people/<name>/token\` | that person's API token | that person | no, issue anew |
| \`anchors/\` | timestamps of authorities outside, and the checkpoints they are over | auditors | yes |
| \`postgres/\` | runs, ledger and sealed documents | PostgreSQL | yes, with pg_dump or \`duovir ledger export\` |
| \`uids.json\` | the user id of each process in a cell, where root starts them | supervisor | with the keys |
| \`cache/\` | compiled sources for a fast start | nobody | no |
| \`log/\` | what each process wrote | people who look for a fault | no |
| \`run/\` | sockets, gone after \`duovir down\` | – | no |

To trust other people, groups or limits: \`duovir trust show --yaml\`, edit, \`duovir trust sign\`, \`duovir trust apply\`. Every process refuses
a policy that the pinned key did not sign, and an older one than it has seen.
`;
