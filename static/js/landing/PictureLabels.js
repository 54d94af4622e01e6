import { CityLabels } from "../map/labels/CityLabels.js";

/** Names on a picture that stays: none reaches over its edge or under what floats on it. */
export const PictureLabels = CityLabels.extend({
  boxesWithMarks() {
    const boxes = CityLabels.prototype.boxesWithMarks.call(this);
    const frame = this._map.getContainer().getBoundingClientRect();
    const from = this._map.containerPointToLayerPoint([0, 0]).subtract(this.origin);
    const to = from.add(this._map.getSize());
    boxes.block(-1, -1, this.width + 1, from.y);
    boxes.block(-1, to.y, this.width + 1, this.height + 1);
    boxes.block(-1, -1, from.x, this.height + 1);
    boxes.block(to.x, -1, this.width + 1, this.height + 1);
    for (const float of document.querySelectorAll(".hero .float")) {
      const { left, top, right, bottom } = float.getBoundingClientRect();
      boxes.block(from.x + left - frame.left, from.y + top - frame.top, from.x + right - frame.left, from.y + bottom - frame.top);
    }
    return boxes;
  },
});
