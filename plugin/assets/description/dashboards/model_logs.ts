import type { Group } from "../dashboard.ts";

/** What the chosen model writes. */
export const modelLogs: Group = {
  title: "Logs of the model",
  color: "vivid_purple",
  widgets: [
    {
      at: [0, 0, 4, 4],
      widget: {
        kind: "logs",
        title: "Lines by status",
        meaning: "How much the model writes, and how bad it is.",
        needs: ["logs"],
        search: "@model.name:$model_name.value",
        shown: { as: "bars", by: "status" },
      },
    },
    {
      at: [4, 0, 8, 4],
      widget: {
        kind: "logs",
        title: "Errors of the model",
        meaning: "Exceptions of its handler stand here, with their lines.",
        needs: ["logs"],
        search: "status:error @model.name:$model_name.value",
        shown: { as: "stream", columns: ["status_line", "timestamp", "host", "content"] },
      },
    },
  ],
};
