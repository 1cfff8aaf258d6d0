import type { DataSourceOptions } from 'typeorm';
import { AuditChain } from './entities/audit-chain.entity.js';
import { AuditEvent } from './entities/audit-event.entity.js';
import { AuthHeader } from './entities/auth-header.entity.js';
import { JwtIssuer } from './entities/jwt-issuer.entity.js';
import { Challenge } from './entities/challenge.entity.js';
import { Factor } from './entities/factor.entity.js';
import { Kitten } from './entities/kitten.entity.js';
import { LoginThrottle } from './entities/login-throttle.entity.js';
import { MailLink } from './entities/mail-link.entity.js';
import { Mail } from './entities/mail.entity.js';
import { RateLimitWindow } from './entities/rate-limit-window.entity.js';
import { RecoveryCode } from './entities/recovery-code.entity.js';
import { Session } from './entities/session.entity.js';
import { SigningKey } from './entities/signing-key.entity.js';
import { UseCount } from './entities/use-count.entity.js';
import { User } from './entities/user.entity.js';
import { WitnessedMoment } from './entities/witnessed-moment.entity.js';
import { FirstTables1795000000000 } from './migrations/1795000000000-first-tables.js';
import { ListIndexes1796000000000 } from './migrations/1796000000000-list-indexes.js';
import { NameKeys1797000000000 } from './migrations/1797000000000-name-keys.js';
import { WitnessedMoment1798000000000 } from './migrations/1798000000000-witnessed-moment.js';
import { PreviousMasked1798100000000 } from './migrations/1798100000000-previous-masked.js';
import { Revocations1799000000000 } from './migrations/1799000000000-revocations.js';
import { HostKeys1799100000000 } from './migrations/1799100000000-host-keys.js';
import { RevocationEpoch1799200000000 } from './migrations/1799200000000-revocation-epoch.js';
import { RateLimits1799300000000 } from './migrations/1799300000000-rate-limits.js';
import { SchemaGate1799400000000 } from './migrations/1799400000000-schema-gate.js';
import { KeyActivation1799500000000 } from './migrations/1799500000000-key-activation.js';
import { JwtIssuers1799550000000 } from './migrations/1799550000000-jwt-issuers.js';
import { ExpiryIndex1799600000000 } from './migrations/1799600000000-expiry-index.js';
import { UserKind1799700000000 } from './migrations/1799700000000-user-kind.js';
import { Factors1799800000000 } from './migrations/1799800000000-factors.js';
import { ConsoleSessions1799850000000 } from './migrations/1799850000000-console-sessions.js';
import { PasskeyDomains1799870000000 } from './migrations/1799870000000-passkey-domains.js';
import { Mails1799900000000 } from './migrations/1799900000000-mails.js';
import { Figures1799960000000 } from './migrations/1799960000000-figures.js';
import { AuditChains1800100000000 } from './migrations/1800100000000-audit-chains.js';

/** All entities. */
export const ENTITIES = [
  User,
  Session,
  SigningKey,
  AuthHeader,
  AuditEvent,
  LoginThrottle,
  Kitten,
  WitnessedMoment,
  RateLimitWindow,
  JwtIssuer,
  Factor,
  RecoveryCode,
  Challenge,
  Mail,
  MailLink,
  UseCount,
  AuditChain,
] as const;

/** The entities whose ids are in time order. */
export const ENTITIES_WITH_IDS = [
  User,
  Session,
  SigningKey,
  AuthHeader,
  AuditEvent,
  Factor,
  RecoveryCode,
  Challenge,
  Mail,
  MailLink,
] as const;

/** The entities and the one migration history, which every kind of database has. */
export const SCHEMA = {
  entities: [...ENTITIES],
  migrations: [
    FirstTables1795000000000,
    ListIndexes1796000000000,
    NameKeys1797000000000,
    WitnessedMoment1798000000000,
    PreviousMasked1798100000000,
    Revocations1799000000000,
    HostKeys1799100000000,
    RevocationEpoch1799200000000,
    RateLimits1799300000000,
    SchemaGate1799400000000,
    KeyActivation1799500000000,
    JwtIssuers1799550000000,
    ExpiryIndex1799600000000,
    UserKind1799700000000,
    Factors1799800000000,
    ConsoleSessions1799850000000,
    PasskeyDomains1799870000000,
    Mails1799900000000,
    Figures1799960000000,
    AuditChains1800100000000,
  ],
  synchronize: false,
  // By default, TypeORM reads `{ id: undefined }` as "any row".
  invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' },
} as const satisfies Partial<DataSourceOptions>;
