import { api } from "../api.js";
import { t } from "../i18n.js";
import { toast } from "../toast.js";

/** Let a notice that was given up be tried anew, or all where `number` is empty. */
export async function sendAgain(number) {
  try {
    await api.admin.sendAgain(number ? [Number(number)] : null);
    location.reload();
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    toast(problem.message, { name: "alert" });
  }
}
