/** What the server gave this page, read once from its one JSON script. */
export const page = JSON.parse(document.getElementById("page").textContent);
