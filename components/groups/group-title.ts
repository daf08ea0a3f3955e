/** groupTitle is a group id for people: the empty id, which Kafka allows, is said in words. */
export function groupTitle(id: string): string {
  return id === "" ? "(empty group id)" : id;
}
