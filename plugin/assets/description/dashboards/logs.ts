import type { Group } from "../dashboard.ts";

const COLUMNS = ["status_line", "timestamp", "host", "content"];

/** What the server and the models write. */
export const logs: Group = {
  title: "Logs",
  color: "vivid_purple",
  widgets: [
    {
      at: [0, 0, 8, 3],
      widget: {
        kind: "logs",
        title: "Log lines by status",
        meaning: "How much is written, and how bad it is.",
        needs: ["logs"],
        search: "",
        shown: { as: "bars", by: "status" },
      },
    },
    {
      at: [8, 0, 4, 3],
      widget: {
        kind: "logs",
        title: "Errors by model",
        meaning: "Which models write errors.",
        needs: ["logs"],
        search: "status:error",
        shown: { as: "top_list", by: "@model.name", limit: 10 },
      },
    },
    {
      at: [0, 3, 6, 4],
      widget: {
        kind: "logs",
        title: "Errors",
        meaning: "Exceptions of handlers stand here, with their lines.",
        needs: ["logs"],
        search: "status:error",
        shown: { as: "stream", columns: COLUMNS },
      },
    },
    {
      at: [6, 3, 6, 4],
      widget: {
        kind: "logs",
        title: "All log lines",
        meaning: "Of the server and of the models.",
        needs: ["logs"],
        search: "",
        shown: { as: "stream", columns: COLUMNS },
      },
    },
  ],
};
