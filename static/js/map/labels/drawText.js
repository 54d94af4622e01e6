/**
 * Write a text with its halo; x, y is the middle.
 * @param {CanvasRenderingContext2D} context
 * @param {{text: string, x: number, y: number, angle?: number, size: number, weight: number, spacing?: number, halo?: number, alpha?: number}} label
 * @param {{font: string, colour: string, halo: string}} look
 */
export function drawText(context, label, look) {
  const { text, x, y, angle = 0, size, weight, spacing = 0, halo = 3, alpha = 1 } = label;
  context.save();
  context.translate(x, y);
  if (angle) context.rotate(angle);
  Object.assign(context, { font: `${weight} ${size}px ${look.font}`, letterSpacing: `${spacing * size}px`, globalAlpha: alpha });
  Object.assign(context, { strokeStyle: look.halo, lineWidth: halo, fillStyle: look.colour });
  context.strokeText(text, 0, 0);
  context.fillText(text, 0, 0);
  context.restore();
}
