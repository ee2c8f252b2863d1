/** A listening TCP socket. */
export interface Listening {
  /** IPv4 in four numbers, or IPv6 in eight groups; `0.0.0.0` and `0:0:0:0:0:0:0:0` are all of the machine's. */
  readonly address: string;
  readonly port: number;
  /** What `/proc/PID/fd` calls it. */
  readonly inode: string;
}

/** The state LISTEN (`include/net/tcp_states.h`). */
const LISTEN = "0A";

/** Reads the listening sockets of `/proc/PID/net/tcp` or `tcp6` (proc_pid_net(5)); what cannot be read is left out. */
export function parseListening(table: string): Listening[] {
  return table.split("\n").slice(1).flatMap((line) => {
    const [, local = "", , state, , , , , , inode] = line.trim().split(/\s+/);
    const [, host = "", port = ""] = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(local) ?? [];
    if (state !== LISTEN || host === "" || inode === undefined) return [];
    return [{ address: address(host), port: parseInt(port, 16), inode }];
  });
}

/** The kernel prints addresses as 32-bit words in the machine's order, which is little-endian wherever Bun and Deno run. */
function address(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse()).map((byte) =>
    parseInt(byte, 16)
  );
  const isMapped = bytes.length === 16 && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 &&
    bytes[11] === 255;
  if (bytes.length === 4 || isMapped) return bytes.slice(-4).join(".");
  const groups = [];
  for (let i = 0; i < 16; i += 2) groups.push(((bytes[i] ?? 0) * 256 + (bytes[i + 1] ?? 0)).toString(16));
  return groups.join(":");
}
