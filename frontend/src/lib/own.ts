/** A record's entry by a name from outside; "constructor" and the like find nothing that every object has. */
export function own<T>(record: Readonly<Record<string, T>> | null | undefined, name: string): T | null {
  return record && Object.hasOwn(record, name) ? record[name] : null;
}
