import { afterEach, describe, expect, it, vi } from "vitest";
import { Fetched } from "./resource";

afterEach(() => vi.unstubAllGlobals());

describe("settled", () => {
  it("resolves by the answer", async () => {
    vi.stubGlobal("fetch", async () => new Response("7"));
    const fetched = new Fetched("x", (response) => response.json() as Promise<number>);
    const first = fetched.settled();
    fetched.refresh(0);
    expect((await first).value).toBe(7);
    expect((await fetched.settled()).value).toBe(7);
  });

  it("resolves without one where the answer is let go", async () => {
    vi.stubGlobal("fetch", () => new Promise(() => {}));
    const fetched = new Fetched("x", (response) => response.json());
    fetched.refresh(0);
    const waits = fetched.settled();
    fetched.dispose();
    expect(await waits).toEqual({ value: null, error: null, loading: true });
  });
});
