import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Recipient } from './notices.js';

const RECIPIENT = `SELECT email AS "to", username AS username, language AS language FROM "user"
  WHERE id = $1 AND kind = 'person'`;

const EARLIER = 'SELECT 1 FROM session WHERE user_id = $1 AND id <> $2';
const IS_NEW_NETWORK = `SELECT 1 AS found WHERE EXISTS (${EARLIER}) AND NOT EXISTS (${EARLIER} AND network = $3)`;

/** What a notice needs to know, as the transaction of its change sees it. Written out, since every login asks. */
@Injectable()
export class NoticeRepository {
  /** The user who gets a notice; undefined for a service account, and for nobody. */
  async findRecipient(userId: string, manager: EntityManager): Promise<Recipient | undefined> {
    const [row] = await manager.query<Omit<Recipient, 'userId'>[]>(RECIPIENT, [userId]);
    return row === undefined ? undefined : { ...row, userId };
  }

  /** Whether a user has logged in before, and never from the network of a session. */
  async isNewNetwork(userId: string, sessionId: string, network: string, manager: EntityManager): Promise<boolean> {
    return (await manager.query<unknown[]>(IS_NEW_NETWORK, [userId, sessionId, network])).length > 0;
  }
}
