import * as v from "valibot";

/** The only version there is. */
export const PROTOCOL_VERSION = 1;
/** A host's line limit below this cannot carry a report. */
export const MIN_MESSAGE_BYTES = 4_096;

const positiveNumber = () => v.pipe(v.number(), v.finite(), v.gtValue(0));
const mapping = () => v.record(v.string(), v.unknown());

/*
 * The schemas are made by who needs them: a start that asks for one method does not wait for those of the others (bench:
 * start, "check/validate").
 */

export const initializeParams = () =>
  v.object({
    protocol_version: v.pipe(
      v.literal(PROTOCOL_VERSION),
      v.description("The version the host speaks."),
    ),
    host: v.optional(v.pipe(
      v.object({
        name: v.string(),
        version: v.optional(v.string()),
        start_time: v.optional(v.pipe(
          v.number(),
          v.description("Seconds since the epoch at which the host started, for use_process_start_time."),
        )),
      }),
      v.description("Who asks."),
    )),
    state_dir: v.optional(v.pipe(
      v.string(),
      v.nonEmpty(),
      v.description("A directory in which the plugin keeps what instances must remember, in one file for each."),
    )),
    max_message_bytes: v.optional(v.pipe(
      v.number(),
      v.integer(),
      v.minValue(MIN_MESSAGE_BYTES),
      v.description("The longest line the host reads, newline included; longer results come in parts."),
    )),
    capabilities: v.optional(v.pipe(
      v.object({
        reports: v.optional(v.pipe(
          v.picklist(["objects", "series"]),
          v.description("How metrics come: an object for each (the default), or as series."),
        )),
      }),
      v.description("What the host can do besides."),
    )),
  });

export const runParams = () =>
  v.object({
    instance: v.pipe(v.unknown(), v.description("One instance, as in a configuration file.")),
    init_config: v.optional(v.pipe(v.unknown(), v.description("The file's init_config."))),
    hostname: v.optional(v.nullable(v.pipe(v.string(), v.description("The host's name, for events.")))),
    state: v.optional(v.nullable(v.pipe(mapping(), v.description("The state of this instance's last report.")))),
    timeout_ms: v.optional(v.nullable(v.pipe(
      positiveNumber(),
      v.description("Milliseconds within which the host wants the report."),
    ))),
    check_id: v.optional(v.nullable(v.pipe(
      v.string(),
      v.description("The host's name for this instance: what is remembered is kept under it."),
    ))),
    series_id: v.optional(v.nullable(v.pipe(
      v.string(),
      v.description("For reports as series: the id of the table that the host holds for this check."),
    ))),
  });

export const validateParams = () =>
  v.object({
    instance: v.pipe(v.unknown(), v.description("One instance, as in a configuration file.")),
    init_config: v.optional(v.pipe(v.unknown(), v.description("The file's init_config."))),
  });

export const describeParams = () => v.object({});

export const discoveryParams = () =>
  v.object({
    service: v.object({
      id: v.pipe(v.string(), v.description("The host's name for the service.")),
      host: v.pipe(v.string(), v.nonEmpty(), v.description("Its address: a name, an IPv4 or an IPv6 address.")),
      ports: v.pipe(
        v.array(v.object({
          number: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
          protocol: v.optional(v.string()),
          name: v.optional(v.string()),
        })),
        v.description("The ports it exposes, in the host's order."),
      ),
    }),
  });

export const shutdownParams = () => v.object({});

export const cancelParams = () =>
  v.object({
    id: v.pipe(v.union([v.string(), v.number()]), v.description("The id of the request to end.")),
  });

export type RunParams = v.InferOutput<ReturnType<typeof runParams>>;
export type ValidateParams = v.InferOutput<ReturnType<typeof validateParams>>;
export type InitializeParams = v.InferOutput<ReturnType<typeof initializeParams>>;
export type DiscoveryParams = v.InferOutput<ReturnType<typeof discoveryParams>>;
