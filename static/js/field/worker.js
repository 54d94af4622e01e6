/* The worker behind /field: the page, its scripts and the last map are there without a net. SHELL and DIGEST stand before this text. */

const SHELL_CACHE = `field-shell-${DIGEST}`;
const TILES = "field-tiles";
const PHOTOS = "field-photos";
const FACTS = "field-facts";
const PAGE = "/field";
const MOST = { [TILES]: 800, [PHOTOS]: 120, [FACTS]: 40 };
const PATIENCE_MS = 4000;
const FACTS_OF = /^\/api\/v1\/(categories|layers|layers\/[^/]+\/items|levels|versions)$/;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const answer = answerTo(event.request);
  if (answer) event.respondWith(answer);
});

async function install() {
  const cache = await caches.open(SHELL_CACHE);
  await cache.addAll(SHELL);
  await tried(keepPage);
  await self.skipWaiting();
}

async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith("field-shell-") && name !== SHELL_CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

function answerTo(request) {
  const { origin, pathname, searchParams } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return null;
  if (request.mode === "navigate") return pathname === PAGE ? page(request) : null;
  if (pathname.startsWith("/static/")) return kept(request, SHELL_CACHE);
  if (pathname.startsWith("/tiles/") && searchParams.has("version")) return kept(request, TILES);
  if (pathname.startsWith("/photos/")) return kept(request, PHOTOS);
  if (FACTS_OF.test(pathname)) return fresh(request, FACTS);
  return null;
}

/** The page of now; the last one that came where the net is away or slow. A redirect to the sign-in is not kept. */
async function page(request) {
  const cache = await caches.open(FACTS);
  return soon(fetch(request), (answer) => answer.ok && !answer.redirected && cache.put(PAGE, answer.clone()), () => cache.match(PAGE));
}

/** What never changes under its address: from here, else from the server. */
async function kept(request, name) {
  const cache = await caches.open(name);
  const found = await cache.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.status === 200 || (name === TILES && answer.status === 204)) await tried(() => keep(cache, name, request, answer));
  return answer;
}

/** What changes: from the server, the last that came where it is away or slow. */
async function fresh(request, name) {
  const cache = await caches.open(name);
  return soon(fetch(request), (answer) => answer.ok && keep(cache, name, request, answer), () => cache.match(request));
}

/** The answer if it comes soon, else the last one; where there is none, the answer whenever it comes. */
async function soon(asking, arrived, last) {
  const answer = asking.then(async (found) => (await tried(() => arrived(found)), found));
  answer.catch(() => {});
  try {
    return await Promise.race([answer, new Promise((_, refuse) => setTimeout(refuse, PATIENCE_MS))]);
  } catch {
    return (await last()) ?? answer;
  }
}

/** Keep the page itself; the one that is open came before there was a worker. */
async function keepPage() {
  const answer = await fetch(PAGE);
  if (answer.ok && !answer.redirected) await (await caches.open(FACTS)).put(PAGE, answer);
}

/** A phone without room keeps less; it still shows what came. */
async function tried(keeping) {
  try {
    await keeping();
  } catch {
    // The answer goes to the page all the same.
  }
}

async function keep(cache, name, request, answer) {
  await cache.put(request, answer.clone());
  const keys = MOST[name] ? await cache.keys() : [];
  await Promise.all(keys.slice(0, Math.max(keys.length - (MOST[name] ?? 0), 0)).map((one) => cache.delete(one)));
}
