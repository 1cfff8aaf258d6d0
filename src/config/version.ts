/** The version of this build, as in `package.json`, which a bundle does not contain. */
export const VERSION = '0.1.0';
