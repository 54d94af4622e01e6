const BY_MAJOR = { "01": "manhole", "02": "road", "03": "broom", "04": "tree", "05": "house", "06": "rubbish", "07": "wall", "08": "poster", "09": "stall", 10: "shop", 11: "alert" };
const OWN = { "06010": "rubbish", "06012": "broom", "06011": "bin" };

/** Return the name of the drawing of a category: its own, that of its major class, or a sheet of paper. */
export function categoryIcon(code) {
  return OWN[code] ?? BY_MAJOR[(code ?? "").slice(0, 2)] ?? "doc";
}
