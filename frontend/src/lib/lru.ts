/** A map that forgets what was used longest ago. */
export class Lru<K, V> {
  readonly #items = new Map<K, V>();
  readonly #onEvict: (value: V) => void;

  constructor(
    readonly capacity: number,
    onEvict: (value: V) => void = () => {},
  ) {
    this.#onEvict = onEvict;
  }

  get size(): number {
    return this.#items.size;
  }

  get(key: K): V | undefined {
    const value = this.#items.get(key);
    if (value !== undefined) {
      this.#items.delete(key);
      this.#items.set(key, value);
    }
    return value;
  }

  set(key: K, value: V): void {
    this.#items.delete(key);
    this.#items.set(key, value);
    for (const [oldest, dropped] of this.#items) {
      if (this.#items.size <= this.capacity) break;
      this.#items.delete(oldest);
      this.#onEvict(dropped);
    }
  }
}
