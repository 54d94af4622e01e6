import { api } from "./api.js";
import { createState } from "./createState.js";
import { page } from "./pageData.js";
import { createPlace } from "./report/createPlace.js";
import { followView } from "./report/followView.js";
import { placeSearch } from "./report/placeSearch.js";
import { reportView } from "./report/reportView.js";
import { watchPlace } from "./report/watchPlace.js";
import { whoCard } from "./report/whoCard.js";
import { whoView } from "./report/whoView.js";
import { startShell } from "./shell/startShell.js";

const WAYS = ["report", "follow", "who"];
const NARROW = matchMedia("(max-width: 820px)");

const state = createState({ spot: null, spotBy: "", accuracy: null, kind: null, who: null, whoFailed: "", near: [], alsoSeen: "", categories: [] });
const place = createPlace(state);
const search = placeSearch(place.goTo);
const main = document.getElementById("main");
const views = { report: reportView(state, place), follow: followView(state), who: whoView(state) };

startShell(place.repaint);
watchPlace(state);
document.getElementById("big").append(place.box, whoCard(state));
addEventListener("hashchange", show);
NARROW.addEventListener("change", settle);
api.categories().then((categories) => state.set({ categories }), () => {});
show();

/** Show the way that the address names. */
function show() {
  const way = wayNow();
  main.replaceChildren(views[way].box);
  for (const link of document.querySelectorAll("#ways a")) link.toggleAttribute("aria-current", link.dataset.way === way);
  document.title = `${document.querySelector("#ways [aria-current] span").textContent} · ${page.city.title}`;
  main.scrollTop = 0;
  settle();
  views[way].shown?.();
}

function wayNow() {
  const asked = location.hash.slice(1).split("&")[0];
  return WAYS.includes(asked) ? asked : "report";
}

/** The one map stands beside the form, on a phone inside it; the one search stands above where the spot is told. */
function settle() {
  main.querySelector(".seek")?.append(search);
  const slot = NARROW.matches ? main.querySelector(".mini") : null;
  (slot ?? document.getElementById("big")).prepend(place.box);
  place.settle();
}
