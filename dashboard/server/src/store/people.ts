import type { Role } from '../auth/permissions.ts';
import { appendAudit } from './audit.ts';
import type { Db } from './database.ts';

export type StoredUser = { id: string; username: string; passwordHash: string; role: Role };
export type StoredSession = { expiresAt: Date; user: Omit<StoredUser, 'passwordHash'> };

export type UserView = { id: string; username: string; role: Role; disabled: boolean; createdAt: Date };
const USER_VIEW = ['id', 'username', 'role', 'disabled', 'createdAt'] as const;

/** Users and their sessions; of a session only the hash of its token is kept. */
export function createPeopleStore(db: Db) {
  return {
    async hasUsers(): Promise<boolean> {
      return (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined;
    },

    findUser: (username: string): Promise<(StoredUser & { disabled: boolean }) | undefined> =>
      db
        .selectFrom('users')
        .select(['id', 'username', 'passwordHash', 'role', 'disabled'])
        .where('username', '=', username)
        .executeTakeFirst(),

    list: (): Promise<UserView[]> => db.selectFrom('users').select(USER_VIEW).orderBy('username').execute(),

    /** Ends the user's sessions and refuses new ones. Returns the user, or undefined when there is none. */
    disable: (id: string, audit: { at: Date; actor: string }): Promise<UserView | undefined> =>
      db.transaction().execute(async (tx) => {
        const user = await tx
          .updateTable('users')
          .set({ disabled: true })
          .where('id', '=', id)
          .returning(USER_VIEW)
          .executeTakeFirst();
        if (user === undefined) return undefined;
        await tx.deleteFrom('sessions').where('userId', '=', id).execute();
        await appendAudit(tx, { ...audit, action: 'user.disable', target: user.username, detail: '' });
        return user;
      }),

    /** Adds a user; one of the same name stays as it is. Returns whether it was added. */
    addUser: (user: StoredUser, audit: { at: Date; actor: string }): Promise<boolean> =>
      db.transaction().execute(async (tx) => {
        const { numInsertedOrUpdatedRows } = await tx
          .insertInto('users')
          .values({ ...user, createdAt: audit.at })
          .onConflict((conflict) => conflict.column('username').doNothing())
          .executeTakeFirst();
        if (!numInsertedOrUpdatedRows) return false;
        await appendAudit(tx, { ...audit, action: 'user.add', target: user.username, detail: user.role });
        return true;
      }),

    setPassword: (
      username: string,
      passwordHash: string,
      audit: { at: Date; actor: string },
    ): Promise<void> =>
      db.transaction().execute(async (tx) => {
        await tx
          .updateTable('users')
          .set({ passwordHash, disabled: false })
          .where('username', '=', username)
          .execute();
        await tx
          .deleteFrom('sessions')
          .where('userId', 'in', (query) =>
            query.selectFrom('users').select('id').where('username', '=', username),
          )
          .execute();
        await appendAudit(tx, { ...audit, action: 'user.password', target: username, detail: '' });
      }),

    async addSession(session: {
      tokenHash: Buffer;
      userId: string;
      createdAt: Date;
      expiresAt: Date;
    }): Promise<void> {
      await db.deleteFrom('sessions').where('expiresAt', '<', session.createdAt).execute();
      await db.insertInto('sessions').values(session).execute();
    },

    /** The session of this hash that has not expired at `at`. */
    async findSession(tokenHash: Buffer, at: Date): Promise<StoredSession | undefined> {
      const row = await db
        .selectFrom('sessions as s')
        .innerJoin('users as u', 'u.id', 's.userId')
        .select(['s.expiresAt', 'u.id', 'u.username', 'u.role'])
        .where('s.tokenHash', '=', tokenHash)
        .where('s.expiresAt', '>', at)
        .where('u.disabled', '=', false)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const { expiresAt, ...user } = row;
      return { expiresAt, user };
    },

    /** Of these hashes (hex) those whose session still lives. */
    async liveSessions(hashes: readonly string[], at: Date): Promise<Set<string>> {
      if (hashes.length === 0) return new Set();
      const rows = await db
        .selectFrom('sessions')
        .select('tokenHash')
        .where(
          'tokenHash',
          'in',
          hashes.map((hash) => Buffer.from(hash, 'hex')),
        )
        .where('expiresAt', '>', at)
        .execute();
      return new Set(rows.map(({ tokenHash }) => tokenHash.toString('hex')));
    },

    async removeSession(tokenHash: Buffer): Promise<void> {
      await db.deleteFrom('sessions').where('tokenHash', '=', tokenHash).execute();
    },
  };
}
