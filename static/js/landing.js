import { api } from "./api.js";
import { markCases } from "./landing/markCases.js";
import { showPicture } from "./landing/showPicture.js";
import { showWholes } from "./landing/showWholes.js";
import { page } from "./pageData.js";
import { startShell } from "./shell/startShell.js";

const ZOOM = 13;

const picture = showPicture(L.gridmgr?.map, ZOOM);
startShell(picture.repaint);

if (page.heart) api.audit().then(showWholes, () => showWholes(null));
picture.ready.then(() => api.cases()).then((cases) => markCases(L.gridmgr.map, cases), () => {});
