import { cityTime } from "../../cityTime.js";
import { element } from "../../element.js";
import { formatNumber } from "../../formatNumber.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { caseLook } from "../cases/caseLook.js";
import { moment } from "../time/moment.js";

/**
 * Keep the row of chips that stands for bar, strip and ruler on a phone.
 * @param {object} state
 * @param {{pickTime: () => void, list: (whole: string) => void}} actions
 */
export function mapChips(state, { pickTime, list }) {
  const row = document.getElementById("chips");

  function show() {
    const { version, draft } = state.get("version") ?? {};
    const at = state.get("at") ? cityTime.short(moment.of(state.get("at"))) : t("Now");
    const overdue = state.get("cases").filter((one) => caseLook(one) === "overdue").length;
    const wholes = Object.entries(state.get("audit")?.whole ?? {}).filter(([, { ok }]) => !ok);
    row.replaceChildren(
      element("button.chip.on", { type: "button", click: pickTime }, icon("clock", "s"), `${at} · ${draft ? t("Draft {id}", { id: draft }) : `V${version ?? "–"}`}`),
      element("span.chip", element("span.red.row", icon("overdue", "s"), t("Overdue")), element("b", formatNumber(overdue))),
      ...wholes.map(([id, { title, count }]) => element("button.chip", { type: "button", click: () => list(id) }, element("span.amber.row", icon("alert", "s"), t("{name} not whole", { name: title })), element("b", formatNumber(count)))),
    );
  }

  state.on(["at", "version", "cases", "audit"], show);
  show();
}
