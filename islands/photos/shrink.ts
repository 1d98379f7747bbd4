const LONGEST_PX = 2560;
const LARGE_BYTES = 1_000_000;
const QUALITY = 0.85;
const DRAWABLE = new Set(["image/jpeg", "image/png", "image/webp"]);

export function isImage(file: File): boolean {
  return file.type.startsWith("image/") || /\.(heic|heif)$/i.test(file.name);
}

export function isDocument(file: File): boolean {
  return /\.(pdf|docx|xlsx|pptx|odt|ods|odp)$/i.test(file.name);
}

/** Whether browsers can show it; HEIC only a few can. */
export function isDrawable(file: File): boolean {
  return DRAWABLE.has(file.type) || file.type === "image/gif";
}

/** A large photo as a smaller JPEG without its EXIF data, upright; every other file as it is. */
export async function shrink(file: File): Promise<File> {
  if (!DRAWABLE.has(file.type)) return file;
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return file;
  }
  const scale = Math.min(1, LONGEST_PX / Math.max(bitmap.width, bitmap.height));
  if (scale === 1 && file.size <= LARGE_BYTES) {
    bitmap.close();
    return file;
  }
  const blob = await draw(bitmap, scale);
  bitmap.close();
  if (!blob || (scale === 1 && blob.size >= file.size)) return file;
  const name = `${file.name.replace(/\.\w+$/, "")}.jpg`;
  return new File([blob], name, { type: "image/jpeg", lastModified: file.lastModified });
}

function draw(bitmap: ImageBitmap, scale: number): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  const context = canvas.getContext("2d");
  if (!context) return Promise.resolve(null);
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}
