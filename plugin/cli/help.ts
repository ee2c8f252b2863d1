/** What the help of the whole program ends with. */
export const HELP = `
Examples:
  torchserve-check conf.yaml                         run the instances of a file once
  torchserve-check http://localhost:8082/metrics     run one, by its address
  torchserve-check conf.yaml --watch                 again and again, in place
  torchserve-check discover localhost --write        write a configuration

Exit status: 0 all well; 1 a run failed or a service check is CRITICAL (see --fail-on), or the output could not be
written; 2 wrong usage or configuration. Formats of hosts have their own.

Without arguments, and with a pipe as standard input, it speaks its JSON protocol (docs/protocol.md).`;
