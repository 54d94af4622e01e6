import { tokenDialog } from "./accounts/tokenDialog.js";
import { tokensTable } from "./accounts/tokensTable.js";
import { startAccountPage } from "./accounts/startAccountPage.js";
import { showSecondFactor } from "./accounts/showSecondFactor.js";
import { api } from "./api.js";

startAccountPage();
document.getElementById("password-form").addEventListener("submit", changePassword);
document.getElementById("languages").addEventListener("click", speak);
document.getElementById("make").addEventListener("click", async () => tokenDialog((await api.accounts.tokens()).rights, show));
show();
showSecondFactor(document.getElementById("second"));

async function show() {
  tokensTable(document.getElementById("tokens"), (await api.accounts.tokens()).tokens, show);
}

async function changePassword(event) {
  event.preventDefault();
  const [old, wanted, problem] = ["old", "new", "password-problem"].map((id) => document.getElementById(id));
  problem.hidden = true;
  try {
    await api.accounts.password({ old: old.value, new: wanted.value });
    location.assign("/signin?next=/account");
  } catch (failed) {
    if (!("status" in failed)) throw failed;
    problem.textContent = failed.message;
    problem.hidden = false;
    (failed.status === 401 ? old : wanted).focus();
  }
}

async function speak({ target }) {
  const { language } = target.dataset;
  if (!language) return;
  await api.accounts.speak(language);
  location.assign(`/account?lang=${language}`);
}
