import { NestFactory } from '@nestjs/core';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { DataSource } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { type Actor, COMMAND_LINE } from '../auth/actor.js';
import { AuthHeaderService } from '../authheader/authheader.service.js';
import { loadSettings, readDotEnv } from '../config/load-settings.js';
import { Settings } from '../config/settings.js';
import { StartError } from '../errors/start-error.js';
import { readId } from '../http/id.js';
import { Sealer } from '../secrets/sealer.js';
import { SigningKeyRotation } from '../session/signing-key-rotation.js';
import { UserAnswers } from '../user/user-answers.js';
import type { User } from '../database/entities/user.entity.js';
import { UserService } from '../user/user.service.js';
import { CommandLineModule } from './command-line.module.js';

/** What the commands work with: the services of the server, without the server. */
export interface Services {
  /** Whoever runs the command, by their name on this machine. */
  readonly actor: Actor;
  readonly settings: Settings;
  readonly dataSource: DataSource;
  readonly users: UserService;
  readonly userAnswers: UserAnswers;
  readonly authHeaders: AuthHeaderService;
  readonly audit: AuditService;
  readonly keys: SigningKeyRotation;
  readonly sealer: Sealer;
  /** The user of a username or an id. @throws ApiError `not_found` */
  readonly findUser: (name: string) => Promise<User>;
}

/**
 * Hands a command its services, and closes them after it. It makes no database and with that no first administrator: in
 * a folder that is not the server's, a mistake would leave a second, empty one behind.
 * @throws StartError
 */
export async function withServices<T>(work: (services: Services) => Promise<T>): Promise<T> {
  readDotEnv();
  const settings = loadSettings(process.env);
  if (!existsSync(settings.sqliteFile)) {
    throw new StartError(
      `DATABASE_URL: there is no database ${settings.sqliteFile} here; the server's first start makes it`,
    );
  }
  const context = await NestFactory.createApplicationContext(CommandLineModule.with(settings), {
    logger: false,
    abortOnError: false,
  });
  try {
    const users = context.get(UserService);
    return await work({
      actor: { ...COMMAND_LINE, username: nameOnThisMachine() },
      settings,
      dataSource: context.get(DataSource),
      users,
      userAnswers: context.get(UserAnswers),
      authHeaders: context.get(AuthHeaderService),
      audit: context.get(AuditService),
      keys: context.get(SigningKeyRotation),
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

/** A container's user may have no name. */
function nameOnThisMachine(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
