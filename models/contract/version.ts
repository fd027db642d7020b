/** Major version of the wire contract; it is part of every topic. Additive changes keep it. */
export const CONTRACT_VERSION = 1;
