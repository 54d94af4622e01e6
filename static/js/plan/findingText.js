import { t } from "../i18n.js";

/** What is done on this page about what is otherwise mended by a command. */
const WAYS = {
  no_person: () => t("Post a chief or a deputy here: the post begins when the version takes effect."),
  overloaded_person: () => t("Post somebody else on some of these grids here: the post begins when the version takes effect."),
  off_duty: () => t("Whoever keeps the rosters adds lines for these hours; nothing in the draft needs to change."),
};

/**
 * Return what is wrong and what to do about it on the workbench.
 * @param {{kind: string, text: string, cause: string}} finding
 */
export function findingText({ kind, text, cause }) {
  return kind in WAYS && cause ? `${cause} ${WAYS[kind]()}` : text;
}
