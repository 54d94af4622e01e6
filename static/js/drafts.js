import { api } from "./api.js";
import { t } from "./i18n.js";
import { page } from "./pageData.js";
import { beginDialog } from "./plan/drafts/beginDialog.js";
import { draftsTable } from "./plan/drafts/draftsTable.js";
import { versionsTable } from "./plan/drafts/versionsTable.js";
import { goToHit } from "./plan/drafts/goToHit.js";
import { keys } from "./keys.js";
import { keysDialog } from "./shell/keysDialog.js";
import { searchBox } from "./shell/searchBox.js";
import { startShell } from "./shell/startShell.js";
import { toast } from "./toast.js";

const KEYS = () => [["/", t("search")], ["G M", t("to the map")], ["G P", t("to the drafts")], ["?", t("this list")]];

startShell(undefined, KEYS);
const search = searchBox(() => null, goToHit);
keys.listen({ "/": search.focus, "?": () => keysDialog(KEYS()), "g m": () => location.assign("/map"), "g p": () => location.assign("/plan") });
document.getElementById("begin")?.addEventListener("click", beginDialog);
show().catch((problem) => {
  if (!("status" in problem)) throw problem;
  toast(problem.message, { name: "alert" });
});

async function show() {
  const [drafts, { versions }] = await Promise.all([api.drafts.all(), api.versions()]);
  draftsTable(document.getElementById("drafts"), drafts, page.may, show);
  versionsTable(document.getElementById("versions"), versions, page.may, show);
}
