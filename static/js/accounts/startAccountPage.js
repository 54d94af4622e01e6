import { t } from "../i18n.js";
import { keys } from "../keys.js";
import { goToHit } from "../plan/drafts/goToHit.js";
import { keysDialog } from "../shell/keysDialog.js";
import { searchBox } from "../shell/searchBox.js";
import { startShell } from "../shell/startShell.js";

const KEYS = () => [["/", t("search")], ["G M", t("to the map")], ["?", t("this list")]];

/** Wake what the pages of accounts have around them: drawings, search, keys. */
export function startAccountPage() {
  startShell(undefined, KEYS);
  document.querySelector(".admintabs [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
  const search = searchBox(() => null, goToHit);
  keys.listen({ "/": search.focus, "?": () => keysDialog(KEYS()), "g m": () => location.assign("/map") });
}
