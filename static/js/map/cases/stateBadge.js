import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { stateWords } from "./stateWords.js";

/** Return the badge of a case's look: drawing and word, never colour alone. */
export function stateBadge(look) {
  const { word, icon: name } = stateWords(look);
  return element(`span.badge.s-${look}`, icon(name), word);
}
