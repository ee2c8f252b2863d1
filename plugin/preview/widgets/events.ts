import type { Empty, EventsData, Mark } from "../frame.ts";
import { type Context, spanOf } from "./context.ts";
import { whyNoSource } from "./why.ts";

/** Events that are sent at most, the newest ones. */
const MOST_EVENTS = 50;

/** The events of the range that the chosen host and service have. */
function chosen(context: Context) {
  const { history, variables } = context;
  const { from, to } = spanOf(context);
  return history.events.all.filter(({ time, tags }) =>
    time > from && time <= to && ["host", "service"].every((name) => {
      const wanted = variables.get(name);
      return wanted === undefined || tags.get(name) === wanted;
    })
  );
}

/** The events, the newest first. */
export function eventsData(context: Context): EventsData | Empty {
  const rows = chosen(context).slice(-MOST_EVENTS).reverse().map(({ time, title, text }) => ({ time, title, text }));
  if (rows.length > 0) return { kind: "events", rows };
  const cause = whyNoSource("torchserve.management_api.", false, context.history);
  return {
    kind: "empty",
    why: cause ?? "no model was added, removed or given another default version in the chosen time",
  };
}

/** The same as marks on charts. */
export function marksOf(context: Context): Mark[] {
  return chosen(context).slice(-MOST_EVENTS).map(({ time, text, title }) => ({
    time,
    title: text === "" ? title : text,
  }));
}
