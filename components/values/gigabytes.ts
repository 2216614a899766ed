import { InvalidValue } from "../invalid-args.ts";

/** @see https://docs.digitalocean.com/products/volumes/details/limits/ */
const most = 16 * 1024;

/** A Volume's size in GiB. */
export function parseGigabytes(number: number): number {
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new InvalidValue(`must be a whole number of GiB from 1 to ${most}. Give one, such as 10.`);
}
