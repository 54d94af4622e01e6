import { accountDialog } from "./accounts/accountDialog.js";
import { accountsTable } from "./accounts/accountsTable.js";
import { secondRolesDialog } from "./accounts/secondRolesDialog.js";
import { startAccountPage } from "./accounts/startAccountPage.js";
import { api } from "./api.js";
import { toast } from "./toast.js";

const WAIT_MS = 200;
const [place, more, q, role] = ["accounts", "more", "q", "role"].map((id) => document.getElementById(id));
let shown = [];
let waiting = 0;
let asked = 0;

startAccountPage();
document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
q.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(again, WAIT_MS);
});
role.addEventListener("change", again);
more.addEventListener("click", () => show(more.value));
document.getElementById("add").addEventListener("click", () => accountDialog(null, again));
document.getElementById("second-roles")?.addEventListener("click", secondRolesDialog);
again();

async function again() {
  shown = [];
  await show("");
}

/** Ask for a page of accounts after a login; an answer that another question has overtaken is left out. */
async function show(after) {
  const mine = ++asked;
  try {
    const { accounts, next } = await api.accounts.some({ q: q.value.trim(), role: role.value, after });
    if (mine !== asked) return;
    shown = [...(after ? shown : []), ...accounts];
    accountsTable(place, shown, again);
    more.hidden = next === null;
    more.value = next ?? "";
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    toast(problem.message, { name: "alert" });
  }
}
