/** What canvases need of the theme; everything else is in the style sheet (views/styles.ts). */

export type Rgb = readonly [number, number, number];

export type Theme = "light" | "dark";

interface Colours {
  readonly surface: Rgb;
  /** Of the hatch: stands out from both ends of cividis by lightness as well as by hue. */
  readonly dead: Rgb;
  /** Of the lines on saturated units: cividis has no such hue, and its ends are darker and lighter. */
  readonly saturated: Rgb;
  /** Of a gradient norm of exactly 0, which a log scale has no place for. */
  readonly zero: Rgb;
  readonly absent: Rgb;
  readonly absentDot: Rgb;
  readonly invalid: Rgb;
  readonly invalidDot: Rgb;
  readonly text: string;
  /** Of what stands out from the text. */
  readonly strong: string;
  readonly grid: string;
  readonly axis: string;
  /** Lines of the runs: told apart without seeing red from green, and 3:1 against the surface; views/styles.ts has them too. */
  readonly runs: readonly string[];
}

export const THEMES: Record<Theme, Colours> = {
  light: {
    surface: [255, 255, 255],
    dead: [208, 0, 60],
    saturated: [0, 190, 255],
    zero: [0, 0, 0],
    absent: [246, 247, 249],
    absentDot: [196, 200, 207],
    invalid: [255, 255, 255],
    invalidDot: [20, 20, 24],
    text: "#5f6368",
    strong: "#202124",
    grid: "#e6e8eb",
    axis: "#9aa0a6",
    runs: ["#005db2", "#ef4c28", "#007a5b", "#b0448a", "#3c4043", "#73831c", "#1f95ce", "#7a4de0"],
  },
  dark: {
    surface: [48, 48, 48],
    dead: [226, 20, 80],
    saturated: [0, 190, 255],
    zero: [0, 0, 0],
    absent: [58, 58, 60],
    absentDot: [104, 106, 110],
    invalid: [20, 20, 24],
    invalidDot: [240, 240, 240],
    text: "#bdc1c6",
    strong: "#f1f3f4",
    grid: "#4a4b4f",
    axis: "#80868b",
    runs: ["#668fff", "#ff9a59", "#50cb9f", "#c976b4", "#edf2e3", "#f4bc35", "#96c7ff", "#e0bad6"],
  },
};
