import { element } from "../element.js";
import { formDialog } from "../plan/panels/formDialog.js";

/**
 * Open a form whose first press shows what would happen and whose second does it; a change in between begins anew.
 * @param {string} title
 * @param {{lead?: string, fields: HTMLElement[], look: string, go: string, tell: (isTried: boolean) => Promise<object>, shown: (found: object) => Node[], done: (found: object) => void}} parts
 */
export function twoSteps(title, { lead, fields, look, go, tell, shown, done }) {
  const outcome = element("div.outcome", { "aria-live": "polite" });
  let isTried = false;
  const dialog = formDialog(title, { lead, fields: [...fields, outcome], button: look, send });
  const button = dialog.querySelector("button[type=submit]");
  dialog.querySelector("form").addEventListener("input", () => turn(false));

  function turn(tried, ...told) {
    isTried = tried;
    button.textContent = tried ? go : look;
    outcome.replaceChildren(...told);
  }

  async function send() {
    const found = await tell(!isTried).catch((problem) => {
      turn(false);
      throw problem;
    });
    if (isTried) {
      done(found);
      return true;
    }
    turn(true, ...shown(found));
    return false;
  }
}
