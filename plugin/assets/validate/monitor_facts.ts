/** What other files are held against of a monitor. */
export interface MonitorFacts {
  readonly title: string;
  /** The metrics of its query; none: it is one of a service check or of events. */
  readonly metrics: readonly string[];
  /** Whether it waits for values, and not for statuses or events. */
  readonly isOfValues: boolean;
  readonly critical?: number | undefined;
  readonly warning?: number | undefined;
}

/** What a query tells of its monitor. */
export interface Asked {
  /** The tags that an alert has. */
  readonly groups: readonly string[];
  readonly metrics?: readonly string[];
  /** In seconds. */
  readonly window?: number;
  /** How long ago the values are that it compares with, in seconds. */
  readonly ago?: number;
  /** How many statuses it looks at. */
  readonly last?: number;
  /** The unit of its values; `""`: none. */
  readonly unit?: string | undefined;
}
