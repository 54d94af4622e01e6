import { api } from "../api.js";
import { element } from "../element.js";
import { t } from "../i18n.js";
import { page } from "../pageData.js";
import { formDialog } from "../plan/panels/formDialog.js";
import { toast } from "../toast.js";

/** Choose the roles that must have a second factor. */
export async function secondRolesDialog() {
  const asked = await api.accounts.secondRoles();
  const boxes = Object.keys(page.roles).map((role) => element("input", { type: "checkbox", value: role, checked: asked.includes(role) }));
  const list = element("div.rightslist", { tabindex: 0, role: "group", "aria-label": t("Roles") }, ...boxes.map((box) => element("label", box, page.roles[box.value])));
  formDialog(t("Who must have a second factor"), {
    lead: t("Whoever has such a role takes a phone into use at the next sign-in, before anything else opens."),
    fields: [list],
    button: t("Ask it of these roles"),
    send: async () => {
      const { roles } = await api.accounts.askSecondOf(boxes.filter((box) => box.checked).map((box) => box.value));
      toast(roles.length ? t("Asked of: {roles}", { roles: roles.map((role) => page.roles[role]).join(", ") }) : t("Asked of no role."));
      return true;
    },
  });
}
