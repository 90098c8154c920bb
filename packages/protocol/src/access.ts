import * as z from 'zod';

/** What people may do through the API, as the access policies and the scopes of tokens name it. */
export const accessActionSchema = z.enum(['read', 'request', 'approve', 'stop', 'administer', 'audit']);
export type AccessAction = z.infer<typeof accessActionSchema>;

/**
 * The access policies of a new installation (Cedar, docs.cedarpolicy.com). What none of them permits is denied, and so is
 * whatever cannot be evaluated (Invariant 6).
 */
export const defaultAccess = `// Runs are read by the team that asked for them; people of no team read those of nobody's team.
@id("read-own-team")
permit (principal, action == Duovir::Action::"read", resource is Duovir::Run)
when { principal.team == resource.team };

@id("read-to-decide")
permit (principal in Duovir::Role::"approver", action == Duovir::Action::"read", resource is Duovir::Run);

@id("read-to-audit")
permit (principal in Duovir::Role::"auditor", action == Duovir::Action::"read", resource is Duovir::Run);

// Health, budgets and the ledger's tree: closed schemas and digests, which prove what was done without telling it.
@id("read-installation")
permit (principal, action == Duovir::Action::"read", resource is Duovir::Installation);

@id("request")
permit (principal in Duovir::Role::"operator", action == Duovir::Action::"request", resource);

// To approve at the installation is to break the glass, which takes two.
@id("approve")
permit (principal in Duovir::Role::"approver", action == Duovir::Action::"approve", resource);

// Four eyes: nobody approves what they have asked for themselves.
@id("four-eyes")
forbid (principal, action == Duovir::Action::"approve", resource is Duovir::Run)
when { resource.requester == principal };

// Whoever sees something go wrong may stop it.
@id("stop")
permit (principal, action == Duovir::Action::"stop", resource);

// What the ledger only commits to, in clear, and the evidence packs that hold it.
@id("audit")
permit (principal in Duovir::Role::"auditor", action == Duovir::Action::"audit", resource);

@id("administer")
permit (principal in Duovir::Role::"administrator", action == Duovir::Action::"administer", resource);
`;
