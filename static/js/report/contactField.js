import { element } from "../element.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";

const DIGITS = 11;

/**
 * A phone number or a mail address, which may be left out.
 * @returns {{box: HTMLElement, input: HTMLInputElement, isGood: () => boolean}} `isGood` says beside the field what is wrong
 */
export function contactField() {
  const said = element("span.err", { id: "contact-error" });
  said.hidden = true;
  const input = element("input.input", { id: "contact", name: "contact", autocomplete: "off", inputmode: "email", maxlength: 120, "aria-describedby": "contact-error", change: () => isGood() });
  const box = element("div.field.q", element("label", { for: "contact" }, element("b", t("Phone or mail")), " ", element("small", t("may be left out; to tell you the result, not shown to others"))), input, said);

  function isGood() {
    const problem = wrong(input.value.trim());
    box.classList.toggle("bad", Boolean(problem));
    input.setAttribute("aria-invalid", String(Boolean(problem)));
    said.replaceChildren(...(problem ? [icon("alert", "s"), element("span", problem)] : []));
    said.hidden = !problem;
    return !problem;
  }

  return { box, input, isGood };
}

function wrong(text) {
  if (!text || text.includes("@")) return /^$|^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text) ? "" : t("This is no mail address: it is like name@example.com");
  const digits = text.replace(/[\s\-+()]/g, "");
  if (!/^\d+$/.test(digits)) return t("A phone number has only digits; a mail address has an @.");
  return digits.length === DIGITS || text.startsWith("+") || text.startsWith("0") ? "" : t("A mobile number has {most} digits; these are {count}.", { most: DIGITS, count: digits.length });
}
