import { paintIcons } from "./paintIcons.js";
import { pinHeart } from "./landing/pinHeart.js";
import { showPicture } from "./landing/showPicture.js";

paintIcons();
const map = L.gridmgr?.map;
if (map?.getSize().x) showPicture(map).ready.then(() => pinHeart(map), () => {});
