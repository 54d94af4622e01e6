// Copies the few files of each package that the browser loads into vendor/, and points bare imports at them.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

/** Package → folder in vendor/, and the files to copy: [from, to]. */
const PACKAGES = {
  "leaflet": ["leaflet", [["dist/leaflet.js"], ["dist/leaflet.css"], ["LICENSE"]]],
  "leaflet.markercluster": ["markercluster", [["dist/leaflet.markercluster.js"], ["dist/MarkerCluster.css"], ["MIT-LICENCE.txt", "LICENSE"]]],
  "pbf": ["pbf", [["index.js"], ["LICENSE"]]],
  "@mapbox/vector-tile": ["vector-tile", [["index.js"], ["LICENSE.txt", "LICENSE"]]],
  "@mapbox/point-geometry": ["point-geometry", [["index.js"], ["LICENSE"]]],
};

/** Scripts and styles name their source maps, which are not copied: leave the name out. */
const withoutSourceMap = (text) => text.replace(/^\/[/*]# sourceMappingURL=.*$/gm, "");

/** Browsers want a path where npm code names a package. */
const withPaths = (text) =>
  text.replace(/^(import .* from ['"])([^'"./][^'"]*)(['"])/gm, (whole, before, name, after) => {
    if (!PACKAGES[name]) throw new Error(`${name} is imported but not vendored`);
    return `${before}../${PACKAGES[name][0]}/index.js${after}`;
  });

function copy(name, folder, [from, to = from.split("/").at(-1)]) {
  const source = join(here, "node_modules", name, from);
  const target = join(here, "vendor", folder, to);
  mkdirSync(dirname(target), { recursive: true });
  if (!from.endsWith(".js")) return cpSync(source, target);
  writeFileSync(target, withPaths(withoutSourceMap(readFileSync(source, "utf8"))));
}

rmSync(join(here, "vendor"), { recursive: true, force: true });
for (const [name, [folder, files]] of Object.entries(PACKAGES)) files.forEach((file) => copy(name, folder, file));
