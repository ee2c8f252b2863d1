import { goodBody } from "./kinds.ts";
import { answer, rawHttpServer, type TestServer } from "./servers.ts";

/** What is wrong with an answer, by the first word of the path that is asked for. */
export const SYMPTOMS = [
  "fails",
  "refuses",
  "hangs",
  "cut",
  "garbage",
  "empty",
  "large",
  "reset",
  "sometimes",
] as const;
type Symptom = (typeof SYMPTOMS)[number];

const LARGE = `${
  Array.from({ length: 2_000 }, (_, i) => `CPUUtilization{Level="Host",model="m${i}",Hostname="h"} ${i}`).join("\n")
}\n`;

/** A server that answers in all these ways, as the path says. */
export async function flakyServer(): Promise<TestServer> {
  let asked = 0;
  return await rawHttpServer((socket, { target }) => {
    const good = () => socket.end(answer(200, goodBody(target)));
    const whole = answer(200, goodBody(target));
    const ways: Record<Symptom, () => unknown> = {
      fails: () => socket.end(answer(500, "Internal Server Error")),
      refuses: () => socket.end(answer(400, '{"code": 400, "type": "InvalidKeyException", "message": "no"}')),
      hangs: () => socket.write("HTTP/1.1 200 OK\r\n"),
      cut: () => socket.end(whole.slice(0, whole.length - 5)),
      garbage: () => socket.end(answer(200, "{]\x00\xff}}} 1 2 3 4\n")),
      empty: () => socket.end(answer(200, "")),
      large: () => socket.end(answer(200, target.includes("/metrics") ? LARGE : goodBody(target))),
      reset: () => socket.resetAndDestroy(),
      sometimes: () => asked++ % 2 === 0 ? good() : socket.destroy(),
    };
    const symptom = SYMPTOMS.find((name) => target.startsWith(`/${name}/`));
    if (symptom === undefined) good();
    else ways[symptom]();
  });
}
