import { userInfo } from 'node:os';
import { type Actor, COMMAND_LINE } from '../auth/actor.js';

/** The operating system user who runs a command. In a container, the user may have no name. */
export function commandLineActor(): Actor {
  try {
    return { ...COMMAND_LINE, username: userInfo().username };
  } catch {
    return COMMAND_LINE;
  }
}
