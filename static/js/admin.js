import { startAccountPage } from "./accounts/startAccountPage.js";
import { dayDialog } from "./admin/dayDialog.js";
import { importDialog } from "./admin/importDialog.js";
import { sendAgain } from "./admin/sendAgain.js";
import { shiftsDialog } from "./admin/shiftsDialog.js";
import { verifyTrail } from "./admin/verifyTrail.js";

startAccountPage();
const main = document.getElementById("main");
main.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  const { date, import: what, again } = button.dataset;
  if (date) dayDialog(button.dataset);
  if (what) importDialog(what, button.dataset);
  if (again !== undefined) sendAgain(again);
});
document.getElementById("shifts")?.addEventListener("click", ({ currentTarget }) => shiftsDialog(currentTarget.dataset.shifts));
document.getElementById("verify")?.addEventListener("click", ({ currentTarget }) => verifyTrail(currentTarget, document.getElementById("verified")));
