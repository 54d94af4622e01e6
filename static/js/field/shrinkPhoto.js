const LONGEST_PX = 1600;
const QUALITY = 0.82;

/**
 * Return a photo small enough to be sent over a bad net: a JPEG of at most 1600 px, upright, without its metadata.
 * @param {File} file
 * @returns {Promise<Blob>} fails where the file is no picture
 */
export async function shrinkPhoto(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!small) throw new TypeError("no picture");
  return small;
}
