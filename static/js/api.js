import { t } from "./i18n.js";
import { page } from "./pageData.js";

/** What came instead of an answer, as a sentence for the reader; status 0: the server is away. */
class Problem extends Error {
  constructor(status, said = {}) {
    super(said.detail || said.title || t("The server cannot be reached. What is here stays."));
    Object.assign(this, said, { status });
  }
}

const MOST_ITEMS = 20000;
const MOST_CASES = 20000;
const PHOTO_WITHIN_MS = 120_000;
/** What a phone asks for on its way is given up after so long: a net that fell silent would hold up all behind it. */
const PHONE_WITHIN_MS = 60_000;
const LANGUAGE = page.language === "zh" ? "zh-CN" : "en";

function address(path, query) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}

function reach(path, options) {
  return fetch(path, options).catch(lost);
}

/** What broke off is as if the server were away, unless the page itself wants it no more. */
function lost(problem) {
  throw problem.name === "AbortError" ? problem : new Problem(0);
}

const inTime = () => AbortSignal.timeout(PHONE_WITHIN_MS);

async function ask(path, query = {}, { signal } = {}) {
  const response = await reach(address(path, query), { signal, headers: { Accept: "application/json", "Accept-Language": LANGUAGE } });
  return answer(response);
}

async function answer(response) {
  if (response.ok) return response.json().catch(lost);
  const said = await response.json().catch(() => ({}));
  throw new Problem(response.status, said);
}

async function tell(path, body, headers = {}, method = "POST", signal = null) {
  const sent = { "Content-Type": "application/json", "Accept-Language": LANGUAGE, "X-CSRFToken": page.csrf, ...headers };
  return answer(await reach(path, { method, headers: sent, body: JSON.stringify(body), signal }));
}

async function send(path, form) {
  return answer(await reach(path, { method: "POST", headers: { "Accept-Language": LANGUAGE, "X-CSRFToken": page.csrf }, body: form }));
}

/** Ask for an answer that comes as lines of JSON; `told` hears of each but the last, which is returned. */
async function follow(path, body, told) {
  const headers = { "Content-Type": "application/json", "Accept-Language": LANGUAGE, "X-CSRFToken": page.csrf };
  const response = await reach(path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) return answer(response);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let [rest, last] = ["", null];
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split("\n");
    rest = lines.pop();
    for (const line of lines.filter(Boolean)) {
      last = JSON.parse(line);
      told(last);
    }
  }
  if (!last || !("whole" in last)) throw new Problem(0);
  return last;
}

async function tile(level, { z, x, y }, version) {
  const response = await reach(address(`/tiles/${level}/${z}/${x}/${y}.mvt`, version));
  if (!response.ok) throw new Problem(response.status);
  return response.status === 204 ? new ArrayBuffer(0) : response.arrayBuffer();
}

/** Send a photo and return its token; `progress` hears the share that has left. fetch cannot tell that. */
function sendPhoto(photo, progress = () => {}) {
  return uploadPhoto(photo, false, progress).then(({ token }) => token);
}

/** Send a photo and return what the server found in it; its position only where `mayPlace` says that it may be used. */
function uploadPhoto(photo, mayPlace, progress) {
  const form = new FormData();
  form.append("photo", photo, "photo.jpg");
  if (mayPlace) form.append("use_position", "1");
  return new Promise((done, refuse) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/v1/photos");
    for (const [name, value] of [["Accept-Language", LANGUAGE], ["X-CSRFToken", page.csrf]]) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(total ? loaded / total : 0));
    request.addEventListener("load", () => (request.status === 201 ? done(request.response.photo) : refuse(new Problem(request.status, request.response ?? {}))));
    for (const name of ["error", "abort", "timeout"]) request.addEventListener(name, () => refuse(new Problem(0)));
    request.timeout = PHOTO_WITHIN_MS;
    request.send(form);
  });
}

/** What a phone in the field asks and sends; a step is taken once, however often it is sent under its key. */
const field = {
  patch: (position) => ask("/api/v1/field/patch", position ?? {}, { signal: inTime() }),
  step: (subject, number, body, key) => tell(`/api/v1/${subject}s/${encodeURIComponent(number)}/steps`, body, { "Idempotency-Key": key }, "POST", inTime()),
  photo: sendPhoto,
};

/** Tell who is signed in now, and let what is sent from here on carry his token. */
async function me() {
  const found = await ask("/api/v1/me", {}, { signal: inTime() });
  page.csrf = found.csrf_token;
  return found;
}

const ofDraft = (id, part = "") => `/api/v1/drafts/${id}${part}`;

/** Drafts of boundaries: their edits, what these do, and their way to a version. Each change says which revision it was made on. */
const drafts = {
  all: () => ask("/api/v1/drafts").then(({ drafts }) => drafts),
  begin: (body) => tell("/api/v1/drafts", body),
  one: (id) => ask(ofDraft(id)),
  discard: (id) => tell(ofDraft(id), {}, {}, "DELETE"),
  edit: (id, body) => tell(ofDraft(id, "/edits"), body),
  tryEdit: (id, body) => tell(ofDraft(id, "/edits?dry_run=true"), body),
  step: (id, way, revision) => tell(ofDraft(id, `/${way}`), { revision }),
  arcs: (id, bbox, options) => ask(ofDraft(id, "/arcs"), { bbox: bbox.join(",") }, options),
  findings: (id) => ask(ofDraft(id, "/findings")),
  mark: (id, name) => tell(ofDraft(id, "/checkpoints"), { name }),
  restore: (id, checkpoint, revision) => tell(ofDraft(id, `/checkpoints/${checkpoint}/restore`), { revision }),
  comment: (id, body) => tell(ofDraft(id, "/comments"), body),
  settle: (id, comment) => tell(ofDraft(id, `/comments/${comment}/settle`), {}),
  load: (id, codes) => ask(ofDraft(id, "/load"), { codes: codes?.join(",") }),
  impact: (id) => ask(ofDraft(id, "/impact")),
  replay: (id) => ask(ofDraft(id, "/replay")),
  moved: (id) => ask(ofDraft(id, "/moved.geojson")),
  propose: (id, body) => tell(ofDraft(id, "/proposals"), body),
  consequences: (id, effective) => ask(ofDraft(id, "/consequences"), { effective_from: effective }),
  review: (id, step, body) => tell(ofDraft(id, `/${step}`), body),
};

/** Return the address of what `after` changes against `before`; each is a version like v3 or a draft like d12. */
function differenceAddress(before, after) {
  const [one, other] = [before, after].map((side) => side.slice(1));
  if (after.startsWith("v") && before.startsWith("v")) return address(`/api/v1/versions/${one}/diff/${other}`, { format: "geojson" });
  return address(ofDraft(other, "/diff"), { format: "geojson", other: before.startsWith("d") ? one : null });
}

/** One's own account, and those that an administrator looks after. */
const accounts = {
  some: (query) => ask("/api/v1/accounts", query),
  add: (body) => tell("/api/v1/accounts", body),
  change: (login, body) => tell(`/api/v1/accounts/${encodeURIComponent(login)}`, body, {}, "PATCH"),
  speak: (language) => tell("/api/v1/me", { language }, {}, "PATCH"),
  password: (body) => tell("/api/v1/me/password", body),
  tokens: () => ask("/api/v1/me/tokens"),
  makeToken: (body) => tell("/api/v1/me/tokens", body),
  revokeToken: (id) => tell(`/api/v1/me/tokens/${id}`, {}, {}, "DELETE"),
  secondFactor: () => ask("/api/v1/me/second-factor"),
  beginSecond: (password) => tell("/api/v1/me/second-factor", { password }),
  withCode: (step, code) => tell(`/api/v1/me/second-factor/${step}`, { code }),
  resetSecond: (login) => tell(`/api/v1/accounts/${encodeURIComponent(login)}/second-factor`, {}, {}, "DELETE"),
  secondRoles: () => ask("/api/v1/second-factor/roles").then(({ roles }) => roles),
  askSecondOf: (roles) => tell("/api/v1/second-factor/roles", { roles }),
};

/** What administrators change: files in, days and shifts, notices again, the trail verified. */
const admin = {
  importFile: (what, form) => send(`/api/v1/${what}/import`, form),
  setDay: (body) => tell("/api/v1/calendar/days", body),
  setShifts: (body) => tell("/api/v1/calendar/shifts", body),
  sendAgain: (ids) => tell("/api/v1/notices/again", { ids }),
  verifyTrail: (told) => follow("/api/v1/trail/verify", {}, told),
};

const ofCase = (kind, number, part = "") => `/api/v1/${kind}s/${encodeURIComponent(number)}${part}`;

/** The dispatcher's desk: its queue, one case or report with its steps, and who else is there. */
const desk = {
  overview: () => ask("/api/v1/desk"),
  queue: (query) => ask("/api/v1/desk/queue", query),
  one: (kind, number) => ask(ofCase(kind, number)),
  candidates: (kind, number) => ask(ofCase(kind, number, "/candidates")),
  handlers: (number) => ask(ofCase("case", number, "/handlers")).then(({ handlers }) => handlers),
  alike: (number) => ask(ofCase("report", number, "/alike")).then(({ alike }) => alike),
  proposal: (number, query) => ask(ofCase("report", number, "/proposal"), query),
  rerouted: (number, query) => ask(ofCase("case", number, "/rerouted"), query),
  step: (kind, number, body) => tell(ofCase(kind, number, "/steps"), body),
  dispatch: (cases, reason = "") => tell("/api/v1/desk/dispatch", { cases, reason }),
  load: (cases) => tell("/api/v1/desk/load", { cases }).then(({ persons }) => persons),
  select: (polygon, tab) => tell("/api/v1/desk/select", { polygon, tab }).then(({ cases }) => cases),
  pulse: (body) => tell("/api/v1/desk/pulse", body),
  keepFilter: (name, query) => tell("/api/v1/desk/filters", { name, query }, {}, "PUT"),
  dropFilter: (name) => tell(address("/api/v1/desk/filters", { name }), {}, {}, "DELETE"),
  handover: () => ask("/api/v1/desk/handover"),
  leaveNote: (note) => tell("/api/v1/desk/handover", { note }),
};

/** Everything the pages ask the server for. */
export const api = {
  tile,
  admin,
  drafts,
  accounts,
  desk,
  field,
  me,
  versions: () => ask("/api/v1/versions"),
  differenceAddress,
  difference: (before, after) => ask(differenceAddress(before, after)),
  withdraw: (number, reason) => tell(`/api/v1/versions/${number}/withdraw`, { reason }),
  revive: (number, reason) => tell(`/api/v1/versions/${number}/revive`, { reason }),
  levels: (version) => ask("/api/v1/levels", version),
  layers: () => ask("/api/v1/layers").then(({ layers }) => layers),
  items: (layer, bbox) => ask(`/api/v1/layers/${layer}/items`, { bbox: bbox.join(","), limit: MOST_ITEMS }),
  categories: () => ask("/api/v1/categories").then(({ categories }) => categories),
  measures: () => ask("/api/v1/measures").then(({ measures }) => measures),
  measure: (id, level, version, at) => ask(`/api/v1/measures/${id}`, { level, ...version, at }),
  where: (query, options) => ask("/api/v1/where", query, options),
  whereMany: (questions) => tell("/api/v1/where?trace=false", questions),
  owners: (query, options) => ask("/api/v1/owners", query, options),
  grid: (code, version, options) => ask(`/api/v1/grids/${encodeURIComponent(code)}`, version, options),
  duty: (code, at, options) => ask(`/api/v1/grids/${encodeURIComponent(code)}/duty`, { at }, options),
  search: (q, version, options) => ask("/api/v1/search", { q, ...version }, options).then(({ results }) => results),
  audit: (version, at) => ask("/api/v1/audit", { ...version, at }),
  cases: (at) => ask("/api/v1/cases", { at, limit: MOST_CASES }).then(({ cases }) => cases),
  photo: uploadPhoto,
  who: (query, options) => ask("/api/v1/who", query, options),
  near: (query, options) => ask("/api/v1/reports/near", query, options).then(({ near }) => near),
  reportForm: () => ask("/api/v1/reports/form"),
  follow: (body) => tell("/api/v1/follow", body),
  rate: (body) => tell("/api/v1/follow/rate", body),
  reopen: (body) => tell("/api/v1/follow/reopen", body),
  report: (body, key) => tell("/api/v1/reports", body, { "Idempotency-Key": key }, "POST", inTime()),
};
