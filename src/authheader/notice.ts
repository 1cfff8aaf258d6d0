/** For how many days ahead an expiry can be looked for. Dates that are compared as texts end with the year 9999. */
export const MAX_NOTICE_DAYS = 3650;
