/** The value of a setting is invalid. The message follows the setting's name, as in `must be …`, and never contains the value. */
export class InvalidSetting extends Error {}
