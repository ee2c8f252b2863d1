import { Buffer } from "node:buffer";
import { constants } from "node:os";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { monotonicMs } from "./bounds.ts";
import { OutputError } from "./stdout.ts";

/** What the C library does for a datagram socket; neither runtime has an interface of its own for one with a path. */
interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  connect(fd: number, address: Uint8Array<ArrayBuffer>, length: number): number;
  send(fd: number, data: Uint8Array<ArrayBuffer>, length: bigint, flags: number): bigint | number;
  close(fd: number): number;
  /** The error of the last call; 0 where it is not known. */
  errno(): number;
}

const isMac = process.platform === "darwin";
/** Where the C library is, and what its function for `errno` is called; the second is musl's. */
const LIBRARIES = isMac ? ["libSystem.B.dylib"] : ["libc.so.6", "libc.so"];
const ERRNO = isMac ? "__error" : "__errno_location";
const [AF_UNIX, SOCK_DGRAM, MSG_DONTWAIT] = [1, 2, isMac ? 0x80 : 0x40];
/** What `sun_path` holds, its end included. */
const MAX_PATH_BYTES = isMac ? 104 : 108;
/** How long a reader may take to make room, in milliseconds. */
const PATIENCE_MS = 5_000;

/** Sends datagrams to a socket with a path, such as an Agent's `dsd.socket`. */
export class UnixDatagramSocket {
  private constructor(readonly path: string, readonly libc: Libc, readonly fd: number) {}

  /** @throws {OutputError} when nobody reads there */
  static async connect(path: string): Promise<UnixDatagramSocket> {
    const name = Buffer.from(path, "utf8");
    if (process.platform === "win32") throw new OutputError("this system has no such sockets", path);
    if (name.length >= MAX_PATH_BYTES) throw new OutputError("ENAMETOOLONG", path);
    const libc = await loadLibc(path);
    const socket = new UnixDatagramSocket(path, libc, libc.socket(AF_UNIX, SOCK_DGRAM, 0));
    if (socket.fd < 0) throw socket.#failure();
    const address = new Uint8Array(2 + MAX_PATH_BYTES);
    if (isMac) address.set([address.length, AF_UNIX]);
    else new Uint16Array(address.buffer, 0, 1)[0] = AF_UNIX;
    address.set(name, 2);
    if (libc.connect(socket.fd, address, address.length) === 0) return socket;
    const failure = socket.#failure();
    socket.close();
    throw failure;
  }

  /**
   * Sends a datagram; waits a while for room.
   *
   * @throws {OutputError} when it cannot be sent
   */
  async send(datagram: Uint8Array<ArrayBuffer>): Promise<void> {
    const deadline = monotonicMs() + PATIENCE_MS;
    while (Number(this.libc.send(this.fd, datagram, BigInt(datagram.length), MSG_DONTWAIT)) < 0) {
      const failure = this.#failure();
      if (!["EAGAIN", "ENOBUFS"].includes(failure.code) || monotonicMs() > deadline) throw failure;
      await sleep(2);
    }
  }

  close(): void {
    this.libc.close(this.fd);
  }

  #failure(): OutputError {
    const number = this.libc.errno();
    const [name = ""] = Object.entries(constants.errno).find(([, value]) => value === number) ?? [];
    return new OutputError(name === "EWOULDBLOCK" ? "EAGAIN" : name, this.path);
  }
}

async function loadLibc(path: string): Promise<Libc> {
  for (const library of LIBRARIES) {
    try {
      return typeof Deno === "undefined" ? await libcOnBun(library) : libcOnDeno(library);
    } catch (thrown) {
      if (thrown instanceof Error && thrown.name === "NotCapable") {
        throw new OutputError("Deno needs --allow-ffi for such sockets", path);
      }
    }
  }
  throw new OutputError("the C library cannot be loaded", path);
}

function libcOnDeno(library: string): Libc {
  const { symbols } = Deno.dlopen(
    library,
    {
      socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
      connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
      send: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
      close: { parameters: ["i32"], result: "i32" },
      errno: { name: ERRNO, parameters: [], result: "pointer" },
    } as const,
  );
  return {
    ...symbols,
    errno: () => {
      const place = symbols.errno();
      return place === null ? 0 : new Deno.UnsafePointerView(place).getInt32();
    },
  };
}

/** What is used of `bun:ffi`. */
interface BunFfi {
  dlopen(library: string, symbols: object): {
    readonly symbols: Omit<Libc, "errno"> & Readonly<Record<string, () => number>>;
  };
  readonly read: { i32(place: number, offset: number): number };
}

/** Not a literal: Deno would look for it. */
const FFI = "bun:ffi";

async function libcOnBun(library: string): Promise<Libc> {
  const { dlopen, read }: BunFfi = await import(FFI);
  const { symbols } = dlopen(library, {
    socket: { args: ["i32", "i32", "i32"], returns: "i32" },
    connect: { args: ["i32", "ptr", "u32"], returns: "i32" },
    send: { args: ["i32", "ptr", "u64", "i32"], returns: "i64" },
    close: { args: ["i32"], returns: "i32" },
    [ERRNO]: { args: [], returns: "ptr" },
  });
  const { socket, connect, send, close } = symbols;
  return { socket, connect, send, close, errno: () => read.i32(symbols[ERRNO]?.() ?? 0, 0) };
}
