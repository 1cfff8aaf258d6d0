import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { AuditedTransaction } from '../audit/audited-transaction.js';
import type { Actor } from '../auth/actor.js';
import { AuthHeaderChanges } from '../authheader/auth-header-changes.js';
import { AuthHeaderSearch } from '../authheader/auth-header-search.js';
import { AuthHeaderService } from '../authheader/authheader.service.js';
import { Settings } from '../config/settings.js';
import { databaseOf } from '../database/databases.js';
import { describeLostDatabase } from '../database/lost-database.js';
import { Transactions } from '../database/transactions.js';
import { StartupError } from '../errors/startup-error.js';
import { Sealer } from '../crypto/sealer.js';
import { SecretUnavailable } from '../crypto/sealing-errors.js';
import { FactorService } from '../factor/factor.service.js';
import { readId } from '../http/id.js';
import { SessionEnding } from '../session/session-ending.js';
import { SessionService } from '../session/session.service.js';
import { SigningKeyRevocation } from '../signing-keys/signing-key-revocation.js';
import { SigningKeyRotation } from '../signing-keys/signing-key-rotation.js';
import { UserResponses } from '../user/user-responses.js';
import type { User } from '../database/entities/user.entity.js';
import { UserService } from '../user/user.service.js';
import { settingsOfCommand } from './command-settings.js';
import { commandLineActor } from './command-line-actor.js';
import { CommandLineModule } from './command-line.module.js';

/** The services of the server, for commands, without the server itself. */
export interface Services {
  /** The operating system user who runs the command. */
  readonly actor: Actor;
  readonly settings: Settings;
  readonly dataSource: DataSource;
  readonly users: UserService;
  readonly userAnswers: UserResponses;
  readonly sessions: SessionService;
  readonly sessionEnding: SessionEnding;
  readonly authHeaders: AuthHeaderService;
  readonly authHeaderSearch: AuthHeaderSearch;
  readonly authHeaderChanges: AuthHeaderChanges;
  readonly factors: FactorService;
  readonly audit: AuditService;
  readonly transaction: AuditedTransaction;
  readonly transactions: Transactions;
  readonly keys: SigningKeyRotation;
  readonly keyRevocation: SigningKeyRevocation;
  readonly sealer: Sealer;
  /** Finds a user by username or id. @throws ApiError `not_found` */
  readonly findUser: (name: string) => Promise<User>;
}

/**
 * Runs a command with its services and closes them afterwards. It creates neither a database nor a first administrator: in the
 * wrong folder, that would leave a second, empty database behind.
 * @throws StartupError
 */
export async function withServices<T>(work: (services: Services) => Promise<T>): Promise<T> {
  const settings = settingsOfCommand();
  const database = databaseOf(settings);
  const isAbsent = ['missing', 'empty'].includes(await database.state());
  const reason =
    (await describeLostDatabase(settings, database)) ?? (isAbsent ? await database.describeAbsence() : undefined);
  if (reason !== undefined) throw new StartupError(`DATABASE_URL: ${reason}`);
  const context = await NestFactory.createApplicationContext(CommandLineModule.with(settings), {
    logger: false,
    abortOnError: false,
  });
  try {
    const users = context.get(UserService);
    const audit = context.get(AuditService);
    // A command may be the first that opens the database after an update. What only reads needs no secret.
    await audit.begin().catch((error: unknown) => {
      if (!(error instanceof SecretUnavailable)) throw error;
    });
    return await work({
      actor: commandLineActor(),
      settings,
      dataSource: context.get(DataSource),
      users,
      userAnswers: context.get(UserResponses),
      sessions: context.get(SessionService),
      sessionEnding: context.get(SessionEnding),
      authHeaders: context.get(AuthHeaderService),
      authHeaderSearch: context.get(AuthHeaderSearch),
      authHeaderChanges: context.get(AuthHeaderChanges),
      factors: context.get(FactorService),
      audit,
      transaction: context.get(AuditedTransaction),
      transactions: context.get(Transactions),
      keys: context.get(SigningKeyRotation),
      keyRevocation: context.get(SigningKeyRevocation),
      sealer: context.get(Sealer),
      findUser: (name) => {
        const id = readId(name);
        return id === undefined ? users.getByUsername(name) : users.get(id);
      },
    });
  } finally {
    await context.close();
  }
}
