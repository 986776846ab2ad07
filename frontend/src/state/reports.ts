import type { Report } from "../wire/api";
import { report } from "./data";
import { columns, panelTimeline } from "./panels";
import type { Resource } from "./resource";
import { coarseSource } from "./sources";

/** What there is to say of a shown run. It is asked for after the pictures: the server reads all of the run for it. */
export function reportOf(run: string): Resource<Report> {
  const due = columns.value.every(({ run: one, of }) =>
    [panelTimeline(of), coarseSource(one)].every((fetched) => !fetched?.isUnderWay),
  );
  return report(run, due).state.value;
}
