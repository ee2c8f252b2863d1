import type { Need } from "./dashboard.ts";

const REASONS = {
  extended_metrics: "extended_metrics is off",
  inference_probe: "no inference_probe is set",
  gpu: "there is no GPU",
  logs: "no log lines are collected",
  requests: "no model is asked",
} as const satisfies Record<Need, string>;

/** Why a widget may be empty though nothing is wrong: a part of a sentence, or nothing where there is no such reason. */
export function whyEmpty(needs: readonly Need[] = []): string | undefined {
  return needs.length === 0 ? undefined : needs.map((need) => REASONS[need]).join(", or ");
}

/** A widget's meaning, and why it may be empty. */
export function meaningAndWhyEmpty({ meaning, needs }: { meaning: string; needs?: readonly Need[] }): string {
  const why = whyEmpty(needs);
  return why === undefined ? meaning : `${meaning} Empty where ${why}.`;
}
