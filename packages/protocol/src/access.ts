import * as z from 'zod';

/** What people may do through the API, as the access policies and the scopes of tokens name it. */
export const accessActionSchema = z.enum(['read', 'request', 'approve', 'stop', 'administer']);
export type AccessAction = z.infer<typeof accessActionSchema>;

/**
 * The access policies of a new installation (Cedar, docs.cedarpolicy.com). What none of them permits is denied, and so is
 * whatever cannot be evaluated (Invariant 6).
 */
export const defaultAccess = `// Runs are read by the team that asked for them; people without a team see those of nobody's team.
permit (principal, action == Duovir::Action::"read", resource) when { principal.team == resource.team };
permit (principal in Duovir::Role::"auditor", action == Duovir::Action::"read", resource);
permit (principal in Duovir::Role::"approver", action == Duovir::Action::"read", resource);

permit (principal in Duovir::Role::"operator", action == Duovir::Action::"request", resource);

// Four eyes: nobody approves what they have asked for themselves.
permit (principal in Duovir::Role::"approver", action == Duovir::Action::"approve", resource);
forbid (principal, action == Duovir::Action::"approve", resource) when { resource.requester == principal };

// Whoever sees something go wrong may stop it.
permit (principal, action == Duovir::Action::"stop", resource);

permit (principal in Duovir::Role::"administrator", action == Duovir::Action::"administer", resource);
`;
