/** groupLabel is what a group is called on screen: the empty id is legal in Kafka. */
export function groupLabel(id: string): string {
  return id === "" ? "(group without a name)" : id;
}
