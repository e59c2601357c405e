/** What Graph serves where there is no date (reference §1.6; decisions: unset date, no grace period). */
export const unsetDate = '0001-01-01T00:00:00Z';
export const noGraceDate = '9999-12-31T23:59:59Z';
