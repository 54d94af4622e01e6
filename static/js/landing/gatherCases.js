/**
 * Put marks that would touch together.
 * @param {{x: number, y: number}[]} cases in pixels
 * @param {number} reach how near another has to be
 * @returns {{x: number, y: number, cases: object[]}[]} each at the middle of its cases
 */
export function gatherCases(cases, reach) {
  const gathered = [];
  for (const one of cases) {
    const near = gathered.find(({ x, y }) => Math.hypot(x - one.x, y - one.y) < reach);
    if (near) join(near, one);
    else gathered.push({ x: one.x, y: one.y, cases: [one] });
  }
  return gathered;
}

function join(group, one) {
  group.cases.push(one);
  const count = group.cases.length;
  group.x += (one.x - group.x) / count;
  group.y += (one.y - group.y) / count;
}
