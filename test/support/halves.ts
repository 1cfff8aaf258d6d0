import type { TestDatabase } from './database.js';

/** What cannot be, whatever the moment: a change without its event, an event without its change, or half a change. */
const HALVES: Record<string, string> = {
  'an auth header without its event': `SELECT id FROM auth_header WHERE id NOT IN
    (SELECT target FROM audit_event WHERE action = 'authheader.add')`,
  'a lost auth header': `SELECT e.target FROM audit_event e WHERE e.action = 'authheader.add'
    AND e.target NOT IN (SELECT id FROM auth_header)
    AND e.target NOT IN (SELECT target FROM audit_event WHERE action = 'authheader.delete')
    AND e.user_id IN (SELECT id FROM "user")
    AND e.user_id NOT IN (SELECT target FROM audit_event WHERE action = 'user.disable')`,
  'a deleted auth header': `SELECT target FROM audit_event WHERE action = 'authheader.delete'
    AND target IN (SELECT id FROM auth_header)`,
  'a user without their event': `SELECT id FROM "user" WHERE id NOT IN
    (SELECT target FROM audit_event WHERE action = 'user.add')`,
  'a lost user': `SELECT target FROM audit_event WHERE action = 'user.add' AND target NOT IN (SELECT id FROM "user")
    AND target NOT IN (SELECT target FROM audit_event WHERE action = 'user.delete')`,
  'a disabled user without an event, or the reverse': `SELECT id FROM "user" WHERE (disabled IS NOT NULL) <>
    ((SELECT COUNT(*) FROM audit_event WHERE action = 'user.disable' AND target = "user".id) >
     (SELECT COUNT(*) FROM audit_event WHERE action = 'user.enable' AND target = "user".id))`,
  'a disabled user with a session or an auth header': `SELECT id FROM "user" WHERE disabled IS NOT NULL AND
    (id IN (SELECT user_id FROM session WHERE ended IS NULL) OR id IN (SELECT user_id FROM auth_header))`,
  'a session without its event': `SELECT id FROM session WHERE id NOT IN
    (SELECT target FROM audit_event WHERE action = 'login' AND target IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM audit_event e WHERE e.action = 'password.change' AND e.detail LIKE '%' || session.id)`,
  'what belongs to nobody': `SELECT id FROM auth_header WHERE user_id NOT IN (SELECT id FROM "user")
    UNION SELECT id FROM session WHERE user_id NOT IN (SELECT id FROM "user")
    UNION SELECT id FROM factor WHERE user_id NOT IN (SELECT id FROM "user")`,
};

/** The halves of changes that a database has, by what each is. */
export async function halvesIn(database: TestDatabase): Promise<Record<string, unknown[]>> {
  const found: Record<string, unknown[]> = {};
  for (const [name, sql] of Object.entries(HALVES)) {
    const rows = await database.query(sql);
    if (rows.length > 0) found[name] = rows;
  }
  return found;
}
