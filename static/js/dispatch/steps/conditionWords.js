import { page } from "../../pageData.js";

/** Return a filing condition in the reader's language; a city's own is said as the city wrote it. */
export const conditionWords = (condition) => page.conditions?.[condition] ?? (condition ?? "").replaceAll("|", " / ");
