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
  try {
    const answer = await within(fetch(request));
    if (answer.ok && !answer.redirected) await cache.put(PAGE, answer.clone());
    return answer;
  } catch (problem) {
    const last = await cache.match(PAGE);
    if (last) return last;
    throw problem;
  }
}

/** What never changes under its address: from here, else from the server. */
async function kept(request, name) {
  const cache = await caches.open(name);
  const found = await cache.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.status === 200 || (name === TILES && answer.status === 204)) await keep(cache, name, request, answer);
  return answer;
}

/** What changes: from the server, the last that came where it is away. */
async function fresh(request, name) {
  const cache = await caches.open(name);
  try {
    const answer = await within(fetch(request));
    if (answer.ok) await keep(cache, name, request, answer);
    return answer;
  } catch (problem) {
    const last = await cache.match(request);
    if (last) return last;
    throw problem;
  }
}

async function keep(cache, name, request, answer) {
  await cache.put(request, answer.clone());
  const keys = MOST[name] ? await cache.keys() : [];
  await Promise.all(keys.slice(0, Math.max(keys.length - (MOST[name] ?? 0), 0)).map((one) => cache.delete(one)));
}

function within(answer) {
  return Promise.race([answer, new Promise((_, refuse) => setTimeout(() => refuse(new TypeError("slow")), PATIENCE_MS))]);
}
