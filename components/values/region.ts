import { InvalidValue } from "../invalid-args.ts";

/** DigitalOcean's region slugs are three letters and a number. Which of them exist today, the API knows. */
export function parseRegion(text: string): string {
  if (/^[a-z]{3}[1-9][0-9]?$/.test(text)) return text;
  const lower = text.trim().toLowerCase();
  const cure = /^[a-z]{3}[1-9][0-9]?$/.test(lower)
    ? `Write "${lower}".`
    : 'Take a slug of three letters and a number, such as "fra1" or "nyc3" (doctl compute region list).';
  throw new InvalidValue(`"${text}" is not the form of a DigitalOcean region. ${cure}`);
}
