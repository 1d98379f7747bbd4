export interface PhotoWords {
  remove: string;
  too_many: string;
  too_large: string;
  not_image: string;
  preparing: string;
  sending: string;
  finishing: string;
  retrying: string;
  gave_up: string;
  refused: string;
  kept: string;
  count: string;
}

/** `1.4 MB`, `310 kB`. */
export function size(bytes: number): string {
  return bytes >= 1_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1_000))} kB`;
}
