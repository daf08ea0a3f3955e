/** What the configuration declares of a group: nobody can read it off Kafka. */
export interface GroupDeclaration {
  isolation: "read_committed" | "read_uncommitted" | "unknown";
  effects: "pure" | "external" | "unknown";
  /** How long the group remembers processed events, days; null where nothing is declared. */
  dedupDays: number | null;
  /** The name of its own way in, `{topic}` standing for the base topic; null is `<topic>.redrive.<group>`. */
  wayIn: string | null;
}

/** JobSettings is what an installation decides about copy jobs. */
export interface JobSettings {
  /** Jobs of more records than this have their number typed at the start. */
  typedOver: number;
  /** Jobs of more records than this need a second person's approval. */
  approvalOver: number;
  /** How often a record may be copied back before it is refused. */
  hopCap: number;
  group: (id: string) => GroupDeclaration;
}

/** UNDECLARED is a group of which the configuration says nothing. */
export const UNDECLARED: GroupDeclaration = {
  isolation: "unknown",
  effects: "unknown",
  dedupDays: null,
  wayIn: null,
};
