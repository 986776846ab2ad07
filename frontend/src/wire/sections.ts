/** The container of `/matrix` and `/distribution`: a JSON header, and arrays behind it. See http_api.md. */

const ARRAYS = {
  uint16: Uint16Array,
  int8: Int8Array,
  uint32: Uint32Array,
  float64: Float64Array,
} as const;
type Dtype = keyof typeof ARRAYS;

interface Directory {
  readonly sections: Readonly<Record<string, { dtype: Dtype; shape: number[]; offset: number }>>;
}

export interface Sections<Header> {
  readonly header: Header & Directory;
  /** An array, which is a view of the body. */
  section<D extends Dtype>(name: string, dtype: D): InstanceType<(typeof ARRAYS)[D]>;
}

export function decodeSections<Header>(body: ArrayBuffer): Sections<Header> {
  const view = new DataView(body);
  if (body.byteLength < 8 || view.getUint32(0) !== 0x44524d31) {
    throw new Error("The server's answer is not a matrix (it doesn't start with DRM1).");
  }
  const length = view.getUint32(4, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(body, 8, length))) as Header & Directory;
  return {
    header,
    section(name, dtype) {
      const found = header.sections[name];
      if (found?.dtype !== dtype) {
        throw new Error(`The matrix has no section '${name}' of ${dtype} (got ${found?.dtype ?? "none"}).`);
      }
      const size = found.shape.reduce((a, b) => a * b, 1);
      return new ARRAYS[dtype](body, found.offset, size) as InstanceType<(typeof ARRAYS)[typeof dtype]>;
    },
  };
}
