import { api } from "../api.js";

const TOKENS_HOLD_MS = 12 * 3_600_000;

/**
 * Send one thing of the queue: its photos first, each once, then itself under its key.
 *
 * What arrived is written down before the next is sent, so that a phone that dies goes on where it was.
 * @param {object} item
 * @param {(item: object) => Promise<void>} keep writes the item down
 * @param {(share: number) => void} progress
 * @returns {Promise<object>} the server's answer
 */
export async function sendItem(item, keep, progress) {
  const photos = item.photos ?? [];
  const whole = photos.reduce((sum, { blob }) => sum + blob.size, 0) || 1;
  let sent = 0;
  for (const photo of photos) {
    if (!photo.token || Date.now() - photo.tokenAt > TOKENS_HOLD_MS) {
      photo.token = await api.field.photo(photo.blob, (share) => progress((sent + share * photo.blob.size) / whole));
      photo.tokenAt = Date.now();
      await keep(item);
    }
    sent += photo.blob.size;
    progress(sent / whole);
  }
  return item.kind === "report" ? api.report(bodyOf(item), item.key) : api.field.step(item.subject, item.number, bodyOf(item), item.key);
}

/** The body with the tokens of its photos: of a report all, of a step by the field that they were taken for. */
function bodyOf({ kind, body, photos = [] }) {
  const tokens = (field) => photos.filter((photo) => photo.field === field).map(({ token }) => token);
  if (kind === "report") return { ...body, photos: tokens("photos") };
  const named = Object.fromEntries(["before", "after"].map((field) => [field, [...(body[field] ?? []), ...tokens(field)]]).filter(([, list]) => list.length));
  return { ...body, ...named };
}
