import { api } from "../api.js";
import { cityTime } from "../cityTime.js";
import { element } from "../element.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";
import { openDialog } from "../shell/openDialog.js";
import { toast } from "../toast.js";

/**
 * Show what came, returned and is disputed since one left, and what others left; take a note to the next shift.
 * @param {(number: string) => void} open
 */
export async function handoverDialog(open) {
  const { since, news, notes } = await api.desk.handover();
  const count = (kind) => news.filter((one) => one.kind === kind).length;
  const note = element("textarea.input", { id: "handover-note", rows: 4, maxlength: 4000, placeholder: t("What the next shift is to know") });
  const stat = (word, kind) => element("div", element("b", String(count(kind))), word);
  const body = element("div", element("p.muted", t("Since {time}", { time: cityTime.short(new Date(since)) })),
    element("div.shiftnews", stat(t("came"), "came"), stat(t("returned"), "returned"), stat(t("disputed"), "disputed"), stat(t("settled"), "settled")),
    ...notes.map((one) => element("div.shiftnote", element("div.faint", `${one.name} · ${cityTime.short(new Date(one.at))}`), one.note || t("no note"), one.open.length ? element("div.row", t("had open"), ...one.open.map((number) => element("button.link", { type: "button", click: () => (dialog.close(), open(number)) }, number))) : null)),
    element("form.fields", { submit: send }, element("div.field", element("label", { for: note.id }, t("Note to the next shift")), note), element("div", element("button.btn.primary", { type: "submit" }, icon("check"), t("Leave the note")))));
  const dialog = openDialog(t("Hand over the shift"), body);

  async function send(event) {
    event.preventDefault();
    try {
      await api.desk.leaveNote(note.value);
      dialog.close();
      toast(t("The next shift will read it."), { name: "ok" });
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      toast(problem.message, { name: "alert" });
    }
  }
}
