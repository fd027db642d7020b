/** Wall time in ms since the epoch; injected wherever behaviour depends on time. */
export type Now = () => number;

export const systemNow: Now = () => Date.now();

/** RFC 3339 in UTC with milliseconds, as the contract wants it. */
export const timestamp = (at: Date | number): string => new Date(at).toISOString();
