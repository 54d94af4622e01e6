import { api } from "../api.js";
import { cityTime } from "../cityTime.js";
import { element } from "../element.js";
import { t } from "../i18n.js";
import { icon } from "../icon.js";
import { formDialog, labelled } from "../plan/panels/formDialog.js";
import { openDialog } from "../shell/openDialog.js";

/**
 * Show whether one has a second factor, and let it be taken into use, renewed or given up.
 * @param {HTMLElement} place
 */
export async function showSecondFactor(place) {
  const state = await api.accounts.secondFactor();
  const again = () => showSecondFactor(place);
  place.replaceChildren(...(state.is_on ? shownOn(state, again) : shownOff(state, again)));
  place.setAttribute("aria-busy", "false");
}

function shownOn({ since, recovery_left: left, is_required: must }, again) {
  const few = left < 3;
  return [
    element("p.row", icon("check"), element("span", t("in use since {when}", { when: cityTime.long(new Date(since)) }))),
    element(`p${few ? ".red" : ".muted"}`, t("Recovery codes left: {count}.", { count: left })),
    element("div.row.wrap", action(t("Take another phone"), () => enrol(again)), action(t("New recovery codes"), () => withCode("recovery", t("New recovery codes"), again)),
      must ? null : action(t("Go on without it"), () => withCode("drop", t("Go on without it"), again))),
  ];
}

const shownOff = ({ is_required: must }, again) => [
  element("p.row", icon(must ? "alert" : "info"), element("span", must ? t("The city asks one of my role: it is taken at the next sign-in.") : t("not in use"))),
  element("div.row", action(t("Take a phone into use"), () => enrol(again))),
];

const action = (words, click) => element("button.btn", { type: "button", click }, words);
const codeField = () => element("input.input", { id: "second-code", maxlength: 40, required: true, autocomplete: "one-time-code", spellcheck: "false" });

function enrol(again) {
  const password = element("input.input", { id: "second-password", type: "password", autocomplete: "current-password", maxlength: 200, required: true });
  formDialog(t("Take a phone into use"), {
    lead: t("First the password, so that nobody else does this at an open screen."),
    fields: [labelled(t("Password"), password)],
    button: t("Go on"),
    send: async () => {
      showPicture(await api.accounts.beginSecond(password.value), again);
      return true;
    },
  });
}

function showPicture({ secret, picture }, again) {
  const code = codeField();
  formDialog(t("Read this picture with the phone"), {
    lead: t("An authenticator app reads it and shows six digits that change every half minute."),
    fields: [
      element("img.qr", { src: picture, alt: t("Picture for the authenticator app") }),
      element("p.faint", t("Without a camera, type this secret into the app:"), " ", element("code.qrsecret", secret)),
      labelled(t("Verification code"), code, t("the six digits that the app shows now")),
    ],
    button: t("Take it into use"),
    send: async () => {
      showCodes((await api.accounts.withCode("confirm", code.value)).recovery);
      await again();
      return true;
    },
  });
}

function withCode(step, title, again) {
  const code = codeField();
  formDialog(title, {
    fields: [labelled(t("Verification code"), code, t("six digits of the app, or a recovery code"))],
    button: title,
    send: async () => {
      const { recovery } = await api.accounts.withCode(step, code.value);
      if (recovery) showCodes(recovery);
      await again();
      return true;
    },
  });
}

function showCodes(codes) {
  const list = element("ol.codes", ...codes.map((code) => element("li", element("code", code))));
  openDialog(t("Keep these recovery codes"), element("div.fields", element("p", t("Each of them takes the place of the phone once. They are shown this once: print them or write them down.")), list));
}
