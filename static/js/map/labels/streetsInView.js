const NAMED = { avenue: 3, street: 2, lane: 1 };

/**
 * Return the named streets of the tiles on the screen, the great ones first: `{name, points}` in canvas pixels.
 * @param {object} tiles the CityTiles layer
 * @param {(worldPixel: number[]) => {x: number, y: number}} place
 */
export function streetsInView(tiles, place) {
  const side = tiles.getTileSize().x;
  const seen = new Set();
  const found = [];
  for (const { coords } of tiles.shownTiles()) {
    for (const here of tiles.features.at(coords, side)) {
      const [left, top] = [coords.x * side - here.left * here.scale, coords.y * side - here.top * here.scale];
      for (const feature of here.features) {
        if (!feature.name || !feature.line || !NAMED[feature.kind] || seen.has(feature)) continue;
        seen.add(feature);
        found.push({ rank: NAMED[feature.kind], name: nameOf(feature), points: pixels(feature.line, here.scale, left, top, place) });
      }
    }
  }
  return found.filter(({ points }) => points.length > 1).sort((a, b) => b.rank - a.rank);
}

const nameOf = ({ name, nameEn }) => (document.documentElement.lang === "en" && nameEn ? nameEn : name);

function pixels(line, scale, left, top, place) {
  return line.map(([x, y]) => {
    const at = place([left + x * scale, top + y * scale]);
    return [at.x, at.y];
  });
}
