/** Return a sheet on which each box may be reserved once: what would touch an earlier one is refused. */
export function createBoxes(width, height) {
  const taken = [];

  function isFree(left, top, right, bottom) {
    if (left < 0 || top < 0 || right > width || bottom > height) return false;
    return !taken.some((box) => left < box[2] && right > box[0] && top < box[3] && bottom > box[1]);
  }

  return {
    /** Take the place whatever is there. */
    block: (left, top, right, bottom) => taken.push([left, top, right, bottom]),

    /** Take the box of that size around x, y if it is free; return whether it was. */
    reserve(x, y, w, h) {
      const box = [x - w / 2, y - h / 2, x + w / 2, y + h / 2];
      const free = isFree(...box);
      if (free) taken.push(box);
      return free;
    },
  };
}
