import { api } from "../api.js";
import { element } from "../element.js";
import { t } from "../i18n.js";
import { labelled } from "../plan/panels/formDialog.js";
import { toast } from "../toast.js";
import { movedText } from "./movedText.js";
import { twoSteps } from "./twoSteps.js";

const RELOAD_AFTER_MS = 1200;
const SHEETS = ".csv,.xlsx";
const SHAPES = ".geojson,.json,.gpkg,.kml,.kmz,.zip,.csv,.fgb,.parquet,.gml,.tab,.dxf";

/**
 * Take a file in, once it was seen what it would change.
 * @param {string} what part of the interface: staff, matrix, calendar, layers/ID
 * @param {{title?: string, level?: string}} more of a layer
 */
export function importDialog(what, { title }) {
  const isLayer = what.startsWith("layers/");
  const file = element("input.input", { type: "file", id: "import-file", accept: isLayer ? SHAPES : SHEETS, required: true });
  const extra = isLayer ? ofLayer() : what === "calendar" ? [box("keep", t("days that the sheet does not name stay"))] : [];
  twoSteps(title ? t("Import into {name}", { name: title }) : t("Import a sheet"), {
    lead: t("Nothing is written before you have seen what would change."),
    fields: [labelled(t("File"), file, isLayer ? t("GeoJSON, GeoPackage, KML, zipped Shapefile, CSV …; at most 16 MB") : t(".csv or .xlsx, at most 16 MB")), ...extra],
    look: t("See what changes"),
    go: t("Write it"),
    tell: (isTried) => api.admin.importFile(what, form(file, extra, isTried)),
    shown: (found) => (isLayer ? report(found) : counts(found)),
    done: (found) => {
      toast(isLayer && found.draft_id ? t("Draft {number} has taken the file.", { number: found.draft_id }) : t("Written."));
      setTimeout(() => location.reload(), RELOAD_AFTER_MS);
    },
  });
}

const text = (name, words, hint) => labelled(words, element("input.input", { id: `import-${name}`, name, maxlength: 64, autocomplete: "off", spellcheck: "false" }), hint);
const box = (name, words) => element("label.row", element("input", { type: "checkbox", name, value: "1" }), words);
const ofLayer = () => [
  text("crs", t("Coordinate system"), t("EPSG:4549, gcj02 or bd09; empty where the file says it")),
  text("code", t("Column of the codes"), t("empty: found by its usual names")),
  box("repair", t("close small gaps and settle overlaps")),
];

function form(file, extra, isTried) {
  const made = new FormData();
  made.append("file", file.files[0]);
  made.append("dry_run", isTried ? "1" : "");
  for (const input of extra.flatMap((one) => [...one.querySelectorAll("input")])) {
    if (input.type === "checkbox" ? input.checked : input.value.trim()) made.append(input.name, input.value.trim());
  }
  return made;
}

const items = (texts) => element("ul", ...texts.map((words) => element("li", words)));

function counts({ rows, counts: told, moves, of }) {
  const moved = moves === undefined ? [] : [element("p.note", movedText({ moves, of }))];
  return [element("p", t("{count} rows can be used.", { count: rows })), items(told.map(({ what, count }) => `${count} ${what}`)), ...moved];
}

function report({ count, place, added, changed, removed, notes, findings, finding_count: many }) {
  return [
    element("p", t("{count} shapes landed at {place}: {added} added, {changed} changed, {removed} removed.", { count, place, added, changed, removed })),
    notes.length ? items(notes) : null,
    many ? element("p.amber", t("Findings: {count}", { count: many })) : element("p", t("No finding.")),
    many ? element("ul.refusals", { tabindex: 0, role: "group", "aria-label": t("Findings: {count}", { count: many }) }, ...findings.map((one) => element("li", one.text))) : null,
  ].filter(Boolean);
}
