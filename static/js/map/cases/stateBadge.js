import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { caseLook } from "./caseLook.js";
import { stateWords } from "./stateWords.js";

/** Return the badge of a case's look: drawing and word, never colour alone. */
export function stateBadge(look) {
  const { word, icon: name } = stateWords(look);
  return element(`span.badge.s-${caseLook({ state: look, urgency: "normal" })}`, icon(name), word);
}
