/** The anchor of what every call takes and answers. */
export const EVERY_CALL = 'every-call';
