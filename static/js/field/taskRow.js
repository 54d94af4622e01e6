import { cityTime } from "../cityTime.js";
import { element } from "../element.js";
import { formatDistance } from "../formatDistance.js";
import { formatRest } from "../formatRest.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";
import { categoryIcon } from "./categoryIcon.js";
import { fuse } from "./fuse.js";
import { taskLook } from "./taskLook.js";

/** Return the row of one thing to do: what, where, its fuse, how far, how long. */
export function taskRow(task, now, open) {
  const told = task.reports[0];
  const waits = task.waiting.length ? t("waits to be sent") : kindWord(task);
  return element("button", { type: "button", click: () => open(task.number), "data-number": task.number, class: `it s-${taskLook(task)}` },
    element("span.ci", icon(categoryIcon(task.category?.code))),
    element("span.grow", element("b.clip", task.category?.title ?? t("no category")), element("small.clip", [told.description || task.grid_title || told.grid, waits].filter(Boolean).join(" · ")), fuse(task.burnt)),
    element("span.dist", element("b", task.away === null ? "" : formatDistance(task.away)), element("span.rest", rest(task, now))),
  );
}

/** How long is left, or when it came where no clock runs. */
function rest(task, now) {
  if (!task.case) return cityTime.hour(new Date(task.reports[0].received_at));
  if (task.kind === "check") return t("handed in {time}", { time: cityTime.hour(new Date(task.case.handled_at ?? task.case.due_at)) });
  return formatRest(new Date(task.case.due_at), now);
}

function kindWord({ kind, case: one }) {
  if (kind === "verify") return t("to verify");
  if (kind === "check") return t("to check");
  if (kind === "reply" || one?.waits_for === "urge") return t("urged");
  return { dispatched: t("to take on"), rework: t("to do again") }[one?.state] ?? t("in hand");
}
