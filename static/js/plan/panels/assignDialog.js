import { api } from "../../api.js";
import { element } from "../../element.js";
import { t } from "../../i18n.js";
import { formDialog, labelled } from "./formDialog.js";

const WAIT_MS = 200;
const POSTS = () => [["chief", t("chief")], ["deputy", t("deputy")], ["officer", t("officer")]];

/**
 * Choose who answers for a grid from the day the version takes effect.
 * @param {object} bench
 * @param {string} grid code
 */
export function assignDialog(bench, grid) {
  const found = element("div.people", { role: "radiogroup", "aria-label": t("People") });
  const words = element("input.input", { id: "assign-words", type: "search", autocomplete: "off", input: soon });
  const post = element("select.input", { id: "assign-post" }, ...POSTS().map(([value, said]) => element("option", { value }, said)));
  let waiting = 0;

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(look, WAIT_MS);
  }

  async function look() {
    const hits = (await api.search(words.value.trim(), null)).filter(({ kind }) => kind === "person");
    found.replaceChildren(...hits.map(({ id, code, title, note }, i) => element("label.row", element("input", { type: "radio", name: "person", value: code ?? id, checked: i === 0 }), element("span.grow", title, " ", element("span.faint", note)))));
    if (!hits.length) found.append(element("p.faint", t("Nobody here is called that.")));
  }

  formDialog(t("Post somebody on {grid}", { grid }), {
    lead: t("The post begins when the version takes effect."),
    fields: [labelled(t("Name"), words), found, labelled(t("Post"), post)],
    button: t("Post"),
    send: (form) => {
      const person = new FormData(form).get("person");
      return person && bench.post({ op: "assign", grid, person, post: post.value }, { inDialog: true });
    },
  });
}
