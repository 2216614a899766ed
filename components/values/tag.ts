import { InvalidValue } from "../invalid-args.ts";

export function parseTag(text: string): string {
  if (/^[A-Za-z0-9:_-]{1,255}$/.test(text)) return text;
  throw new InvalidValue(
    `"${text}" is not a DigitalOcean tag. Use 1 to 255 letters, digits, ":", "-" and "_".`,
  );
}
