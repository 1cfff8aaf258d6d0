import { Column, Entity } from 'typeorm';
import { IdColumn, MomentColumn, WordsColumn } from '../columns.js';

/** A person or client who can log in. */
@Entity('user')
export class User {
  @IdColumn()
  id: string;

  /** As registered. */
  @Column({ type: 'varchar', length: 100 })
  username: string;

  /** As matched: `usernameKey` of the username. */
  @Column({ name: 'username_key', type: 'varchar', length: 100, unique: true })
  usernameKey: string;

  /** As registered. */
  @Column({ type: 'varchar', length: 254 })
  email: string;

  /** As matched: `emailKey` of the e-mail address. */
  @Column({ name: 'email_key', type: 'varchar', length: 254, unique: true })
  emailKey: string;

  @Column({ type: 'varchar', length: 100, default: '' })
  firstname: string;

  @Column({ type: 'varchar', length: 100, default: '' })
  lastname: string;

  /** Argon2id, in its PHC string form. */
  @Column({ name: 'password_hash', type: 'varchar', length: 255 })
  passwordHash: string;

  @MomentColumn({ name: 'password_changed' })
  passwordChanged: Date;

  /** This user's own date, beside what PASSWORD_MAX_AGE_DAYS says. */
  @MomentColumn({ name: 'password_expires', nullable: true })
  passwordExpires: Date | null;

  /** Until when a password that somebody else set may be changed; it never logs in. Absent for one the user chose. */
  @MomentColumn({ name: 'initial_password_expires', nullable: true })
  initialPasswordExpires: Date | null;

  @WordsColumn()
  roles: string[];

  /** Since when the user may not log in, nor be spoken for. */
  @MomentColumn({ nullable: true })
  disabled: Date | null;

  @MomentColumn()
  created: Date;
}
