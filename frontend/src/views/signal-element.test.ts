import { signal } from "@preact/signals-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

vi.mock("lit/html.js", () => ({ render: () => {} }));

class FakeElement {
  parentNode: FakeElement | null = null;
  isConnected = false;
  attachShadow(): object {
    return {};
  }
}
vi.stubGlobal("HTMLElement", FakeElement);
vi.stubGlobal("customElements", { define: () => {} });
const { SignalElement, define } = await import("./signal-element");

const drawn: string[] = [];
const reported: string[] = [];
const onRejection = (error: unknown) => reported.push(String(error));
const settled = () => new Promise((resolve) => setTimeout(resolve));

class Probe extends SignalElement {
  static override properties = { value: 0 };
  declare value: number;
  name = "";
  draw: () => void = () => {};
  afterwards: () => void = () => {};
  override render(): null {
    drawn.push(`${this.name}${this.value}`);
    this.draw();
    return null;
  }
  override updated(): void {
    this.afterwards();
  }
  override connected(): () => void {
    drawn.push(`+${this.name}`);
    return () => drawn.push(`-${this.name}`);
  }
}
define("dr-probe", Probe);

function connect(name: string, parent: Probe | null = null, draw?: () => void): Probe {
  const made = Object.assign(new Probe(), { name, parentNode: parent, isConnected: true });
  if (draw) made.draw = draw;
  made.connectedCallback();
  return made;
}

function disconnect(one: Probe): void {
  Object.assign(one, { isConnected: false });
  one.disconnectedCallback();
}

beforeEach(() => {
  drawn.length = reported.length = 0;
  process.on("unhandledRejection", onRejection);
});
afterEach(() => {
  process.off("unhandledRejection", onRejection);
});

describe("an element that follows signals", () => {
  it("is drawn once for changes that come together, and not when it is out", async () => {
    const read = signal(0);
    const one = connect("a", null, () => void read.value);
    one.value = 1;
    await settled();
    read.value++;
    one.value = 2;
    await settled();
    expect(drawn).toEqual(["a1", "+a", "a2"]);
    read.value++;
    disconnect(one);
    read.value++;
    await settled();
    expect(drawn).toEqual(["a1", "+a", "a2", "-a"]);
    Object.assign(one, { isConnected: true }).connectedCallback();
    await settled();
    expect(drawn.slice(4)).toEqual(["a2", "+a"]);
  });

  it.each(["draw", "afterwards"] as const)("survives an exception in %s", async (where) => {
    const good = signal(false);
    const one = connect("a");
    one[where] = () => {
      if (!good.value) throw new Error("bad");
    };
    const other = connect("b");
    await settled();
    expect(drawn).toEqual(["a0", "b0", "+a", "+b"]);
    expect(reported).toEqual(["Error: bad"]);
    good.value = true;
    other.value = 1;
    await settled();
    expect(drawn.slice(4)).toEqual(["a0", "b1"]);
    good.value = false;
    await settled();
    good.value = true;
    await settled();
    expect(drawn.slice(6)).toEqual(["a0", "a0"]);
    expect(reported).toHaveLength(2);
  });

  it("is drawn after its parents, and not once they took it out", async () => {
    const gone = signal(false);
    const parent = connect("p");
    const child = connect("c", parent, () => void gone.value);
    const grandchild = connect("g", child, () => void gone.value);
    await settled();
    drawn.length = 0;
    parent.draw = () => {
      child.value = 7;
      if (gone.value) disconnect(grandchild);
    };
    grandchild.value = 1;
    child.value = 1;
    parent.value = 1;
    await settled();
    expect(drawn).toEqual(["p1", "c7", "g1"]);
    gone.value = true;
    await settled();
    expect(drawn.slice(3)).toEqual(["p1", "-g", "c7"]);
  });
});
