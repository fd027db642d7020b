/** What a role may do. A permission that is in no list is refused to everybody. */
const GRANTS = {
  viewer: ['session', 'read'],
  operator: ['session', 'read', 'dispose', 'watch'],
  analyst: ['session', 'read', 'analyse', 'approve'],
  admin: ['session', 'read', 'dispose', 'watch', 'configure', 'analyse', 'approve'],
} as const;

export type Role = keyof typeof GRANTS;
export type Permission = (typeof GRANTS)['admin'][number];

export const ROLES: readonly Role[] = ['admin', 'analyst', 'operator', 'viewer'];

/** True when the role has the permission. */
export function isAllowed(role: Role, permission: Permission): boolean {
  const granted: readonly string[] = GRANTS[role];
  return granted.includes(permission);
}
