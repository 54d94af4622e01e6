/**
 * Return a function from lon, lat to the units of a web-Mercator tile.
 * @param {{x: number, y: number, z: number}} coords
 * @param {number} units along the tile's side
 */
export function toTileUnits({ x, y, z }, units) {
  const count = 2 ** z;
  return (lon, lat) => {
    const sine = Math.sin((lat * Math.PI) / 180);
    const down = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
    return [((lon + 180) / 360 * count - x) * units, (down * count - y) * units];
  };
}
