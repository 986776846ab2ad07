import { formatPlace } from "../lib/axis-ticks";
import { deadCount } from "../lib/words";
import { compose, download, type ExportedPlot } from "../render/export";
import { domainOf, wholeDomain } from "../state/axis";
import { hasOwnScale } from "../state/colour-ranges";
import { dark } from "../state/host";
import { panelTimeline } from "../state/panels";
import { colourOf, shownAxis, shownLayer, shownPicture, shownRuns, shownStatistic } from "../state/view";
import type { Heatmap } from "./heatmap";
import { captionOf, rowTitle } from "./heatmap-model";
import { heading } from "./layer-texts";
import { legendOf } from "./legend";

/** Saves the layer's pictures that are on the screen as one PNG. */
export function savePictures(root: ParentNode): void {
  const layer = shownLayer.peek();
  const plots = [...root.querySelectorAll<Heatmap>("dr-heatmap")].flatMap((heatmap) => plotOf(heatmap));
  if (layer === null || !plots.length) return;
  const { name, detail } = heading(shownRuns.peek()[0]);
  const page = compose({
    title: `${layer}: ${name}${shownPicture.peek() === "units" ? "" : `, ${shownPicture.peek()}`}`,
    lines: [detail, rangeText()].filter(Boolean),
    legend: hasOwnScale() ? null : legendOf(null),
    plots,
    theme: dark.peek() ? "dark" : "light",
  });
  download(page, `${layer}-${shownStatistic.peek()}-${shownPicture.peek()}.png`.replace(/[^\w.-]+/g, "_"));
}

function rangeText(): string {
  const [first] = shownRuns.peek();
  const [domain, whole] = [domainOf(first), wholeDomain.peek()];
  if (!domain || !whole) return "";
  const [from, to] = domain.map((x) => formatPlace(x, shownAxis.peek(), whole));
  return `${from} to ${to}`;
}

function plotOf(heatmap: Heatmap): ExportedPlot[] {
  const drawn = heatmap.drawing;
  if (!drawn) return [];
  const { model, layout, image } = drawn;
  const { run, of, minus } = model.column;
  const [picture, marks] = heatmap.renderRoot.querySelectorAll("canvas");
  const ribbon =
    heatmap.parentElement?.querySelector("dr-ribbon")?.shadowRoot?.querySelector("canvas") ?? null;
  const known = panelTimeline(of)?.state.peek().value;
  const { width, height } = heatmap.box;
  return [
    {
      name: minus === null ? of : `${of} minus ${minus}`,
      colour: colourOf(of),
      verdict: known?.steps.length ? deadCount(known, known.steps.length - 1) : "",
      legend: hasOwnScale() ? legendOf(run) : null,
      ribbon,
      picture,
      marks,
      width,
      height,
      xLabels: layout.xLabels,
      yLabels: layout.yLabels,
      rowTitle: rowTitle(model),
      caption: captionOf(model, layout, image),
    },
  ];
}
