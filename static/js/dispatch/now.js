import { page } from "../pageData.js";

const ahead = Date.parse(page.now) - Date.now();

/** Return this instant as the city's clock has it, milliseconds; the clock of this machine may be wrong. */
export const now = () => Date.now() + ahead;
