/** Why a setting cannot have a value. The message continues after the setting's name: `must be …`. It never holds the value. */
export class InvalidSetting extends Error {}
