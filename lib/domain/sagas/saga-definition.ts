/** A step as its service declares it. */
export interface DefinedStep {
  readonly name: string;
  readonly service: string | null;
  readonly commandTopic: string | null;
  readonly replyTopics: readonly string[];
  readonly timeoutMs: number | null;
  readonly attempts: number | null;
  readonly compensationTopic: string | null;
  readonly pivot: boolean;
}

/** SagaDefinition is a type of saga of a source: its steps in order. */
export interface SagaDefinition {
  readonly source: string;
  readonly type: string;
  readonly service: string | null;
  readonly steps: readonly DefinedStep[];
}
