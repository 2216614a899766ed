import { InvalidValue } from "../invalid-args.ts";

export function parseVpcUuid(text: string): string {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return text;
  throw new InvalidValue(`"${text}" is not a VPC's UUID. Copy it from "doctl vpcs list", in lower case.`);
}
