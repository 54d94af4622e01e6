import { paintIcons } from "./paintIcons.js";
import { pinHeart } from "./landing/pinHeart.js";
import { showPicture } from "./landing/showPicture.js";

const ZOOM = 14;

paintIcons();
const map = L.gridmgr?.map;
if (map?.getSize().x) showPicture(map, ZOOM).ready.then(() => pinHeart(map), () => {});
