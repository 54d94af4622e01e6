import { api } from "../../api.js";
import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { page } from "../../pageData.js";
import { toast } from "../../toast.js";
import { publishDialog } from "./publishDialog.js";
import { returnDialog } from "./returnDialog.js";
import { submitDialog } from "./submitDialog.js";

/**
 * Keep the buttons of the draft bar: compare, and the next step that the reader may take.
 * @param {object} bench
 * @param {{compare: () => void, goTo: (finding: object) => void, check: () => Promise<void>}} actions
 */
export function actions(bench, { compare, goTo, check }) {
  const { state, id } = bench;
  const place = document.getElementById("draft-actions");

  const button = (name, words, click, { look = "", key, ...more } = {}) => element(`button.btn.sm${look}`, { type: "button", click, ...more }, icon(name), words, key ? element("kbd", key) : null);

  function show() {
    const draft = state.get("draft");
    if (!draft) return;
    const mine = [draft.submitted_by, draft.created_by].includes(page.account?.name);
    place.replaceChildren(...[
      button("compare", t("Before / after"), compare, { look: state.get("compare") ? ".on" : "", key: "B", id: "compare-button", "aria-pressed": String(state.get("compare")) }),
      ...(page.may.edit || page.may.review ? steps(draft.status, mine) : []),
    ]);
  }

  function steps(status, mine) {
    const publish = button("sent", t("Publish…"), () => publishDialog(bench, { goTo }), { look: status === "approved" ? ".primary" : "", id: "publish" });
    if (status === "open" && isOutdated()) return [button("route", t("Rebase on V{number}", { number: state.get("newest") }), rebase, { look: ".primary", id: "rebase" })];
    if (status === "open") return [publish, button("eye", t("Submit…"), submit, { look: ".primary", id: "submit" })];
    if (status === "submitted") return [button("undo", t("Return…"), () => returnDialog(bench), { id: "return" }), button("check", t("Approve"), approve, { look: ".primary", id: "approve", title: mine ? t("Another person approves.") : null })];
    if (status === "approved") return [button("undo", t("Return…"), () => returnDialog(bench), { id: "return" }), publish];
    return [];
  }

  const isOutdated = () => state.get("newest") > (state.get("draft").base ?? 0);
  const submit = () => submitDialog(bench, { goTo, check });
  const rebase = () => step("rebase", t("The draft stands on the newest version now."));
  const approve = () => step("approve", t("The draft is approved: it can be published."));

  async function step(name, said) {
    try {
      await api.drafts.review(id, name, { revision: state.get("revision") });
      await bench.reload();
      await bench.refresh();
      toast(said, { name: "ok" });
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      toast(problem.message, { name: "alert" });
    }
  }

  state.on(["draft", "compare", "newest"], show);
  show();
}
