/** How much a message matters, least first: the levels of what a run tells, on stderr and over the protocol. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;

export type LogLevel = typeof LOG_LEVELS[number];
