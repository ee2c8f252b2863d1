import { SCHEMA_FILE } from "../json_schema.ts";

/**
 * What stands above the example: a line that tells editors which schema it has, and what the file is. The Agent's tools
 * make the rest, and would not make this.
 */
export const HEAD = `# yaml-language-server: $schema=${SCHEMA_FILE}
#
# The configuration of torchserve-check, which watches PyTorch TorchServe. Copy it to conf.yaml, remove what you do not
# need, and ask \`torchserve-check config validate conf.yaml\` what is wrong with it.
#
# - For the Datadog Agent it is torchserve_check.d/conf.yaml in the Agent's conf.d: on Linux in /etc/datadog-agent/conf.d.
# - For other hosts, and for trying it, it lies where you name it: \`torchserve-check conf.yaml\`.
#
# The first line tells editors what may stand here, where the schema lies beside this file:
# \`torchserve-check config schema > ${SCHEMA_FILE}\` writes it.

`;
