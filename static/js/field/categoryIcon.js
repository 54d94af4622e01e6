/** Which drawing stands for a category: by its code, else by its major class. */
const BY_CODE = {
  "06010": "rubbish", "06011": "boxes", "06042": "bin", "06012": "broom", "06014": "broom", "06036": "boxes", "06035": "boxes", "06013": "road", "06017": "tree", "06018": "tree", "06045": "tree",
  "07001": "poster", "07007": "poster", "09001": "stall", "09005": "shop", "09006": "stall", "09009": "car", "09010": "car", "09011": "car", "09012": "car", "08004": "crane",
};
const BY_MAJOR = { "01": "manhole", "02": "pole", "03": "bin", "04": "tree", "05": "building", "06": "rubbish", "07": "poster", "08": "crane", "09": "stall", "10": "alert" };

/** Return the name of the drawing of a category's code; a plain one for none. */
export function categoryIcon(code = "") {
  return BY_CODE[code] ?? BY_MAJOR[code?.slice(0, 2)] ?? "report";
}
