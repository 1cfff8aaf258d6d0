import { Signal } from '../telemetry/signal.js';
import type { Timed } from '../telemetry/timed.js';

/** An attempt to send a mail, whether it succeeded or not. */
export const mailEnd = new Signal<Timed>('personas:mail-end');
