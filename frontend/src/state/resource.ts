import { type Signal, signal } from "@preact/signals-core";

/** Something fetched: its newest value stays while it is fetched again, also where that fails. */
export interface Resource<T> {
  readonly value: T | null;
  readonly error: string | null;
  readonly loading: boolean;
}

export class Fetched<T> {
  readonly state: Signal<Resource<T>> = signal({ value: null, error: null, loading: true });
  #generation = -1;
  #abort: AbortController | null = null;
  #asked = false;
  readonly #waiting = new Set<() => void>();

  constructor(
    readonly url: string,
    readonly decode: (response: Response) => Promise<T>,
  ) {}

  /** Fetches unless that has been done, or is under way, in this generation. */
  refresh(generation: number): void {
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.#abort?.abort();
    this.#asked = true;
    const abort = new AbortController();
    this.#abort = abort;
    // Not at once: this may be called while a view that reads the state is being drawn.
    queueMicrotask(() => {
      if (abort.signal.aborted) return;
      this.#asked = false;
      this.state.value = { ...this.state.peek(), loading: true };
      void this.#load(abort);
    });
  }

  /** Whether it is on its way, from the moment that it is asked for. */
  get isUnderWay(): boolean {
    return this.state.value.loading || this.#asked;
  }

  /** Resolves once the first answer or error is there, or it is let go. */
  async settled(): Promise<Resource<T>> {
    return new Promise((resolve) => {
      const done = () => {
        this.#waiting.delete(done);
        resolve(this.state.peek());
        queueMicrotask(() => stop());
      };
      this.#waiting.add(done);
      const stop = this.state.subscribe((state) => {
        if (!state.loading || state.value || state.error) done();
      });
    });
  }

  dispose(): void {
    this.#abort?.abort();
    this.#generation = -1;
    for (const done of this.#waiting) done();
  }

  async #load(abort: AbortController): Promise<void> {
    try {
      const response = await fetch(this.url, { signal: abort.signal });
      if (!response.ok) throw new Error(await failure(response));
      const value = await this.decode(response);
      if (!abort.signal.aborted) this.state.value = { value, error: null, loading: false };
    } catch (error) {
      if (abort.signal.aborted) return;
      const text = error instanceof Error ? error.message : String(error);
      this.state.value = { value: this.state.peek().value, error: text, loading: false };
    }
  }
}

async function failure(response: Response): Promise<string> {
  const text = response.headers.get("content-type")?.startsWith("text/plain") ? await response.text() : "";
  return text.trim() || `The server answered ${response.status} ${response.statusText}`.trim();
}
