import type { LogsAsset, Processor } from "./asset.ts";

/** A body of Datadog's API. */
export type Body = Readonly<Record<string, unknown>>;

/** What a pipeline is recognised by when it is looked for among others. */
export interface Mark {
  readonly description: string;
  readonly tags: readonly string[];
}

/**
 * What `POST` and `PUT /api/v1/logs/config/pipelines` take: the pipeline of an integration, whose file has names in
 * another style. Facets are none of it; Datadog's API has nothing for them.
 */
export function pipelineBody({ pipeline }: LogsAsset, mark?: Mark): Body {
  const { name, enabled, filter, processors } = pipeline;
  return { name, ...mark, is_enabled: enabled, filter, processors: processors.map(processorBody) };
}

function processorBody(processor: Processor): Body {
  const { type, name, enabled } = processor;
  const common = { type, name, is_enabled: enabled };
  switch (processor.type) {
    case "grok-parser": {
      const { source, samples, grok: { supportRules, matchRules } } = processor;
      return { ...common, source, samples, grok: { support_rules: supportRules, match_rules: matchRules } };
    }
    case "category-processor":
      return { ...common, target: processor.target, categories: processor.categories };
    case "attribute-remapper": {
      const { sources, sourceType, target, targetType, preserveSource, overrideOnConflict } = processor;
      return {
        ...common,
        sources,
        source_type: sourceType,
        target,
        target_type: targetType,
        preserve_source: preserveSource,
        override_on_conflict: overrideOnConflict,
      };
    }
    case "date-remapper":
    case "message-remapper":
    case "status-remapper":
      return { ...common, sources: processor.sources };
  }
}
