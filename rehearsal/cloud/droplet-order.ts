import type { BackupPolicy } from "./droplet.ts";
import { unprocessable } from "./errors.ts";
import type { Fields } from "./fields.ts";
import { findImage, type Image } from "./images.ts";
import { openRegion, type Region } from "./regions.ts";
import { findSize, type Size } from "./sizes.ts";
import { findSshKey } from "./ssh-keys.ts";
import type { State } from "./state.ts";
import type { Volume } from "./volume.ts";
import { defaultVpc, type Vpc } from "./vpc.ts";

/** The body of a Droplet create, checked. */
export interface DropletOrder {
  readonly names: readonly string[];
  readonly region: Region;
  readonly size: Size;
  readonly image: Image;
  readonly publicKeys: readonly string[];
  readonly volumes: readonly Volume[];
  readonly vpc: Vpc;
  readonly userData: string;
  readonly monitoring: boolean;
  readonly agent: boolean;
  readonly ipv6: boolean;
  readonly backups: boolean;
  readonly backupPolicy: BackupPolicy | undefined;
}

const USER_DATA_BYTES = 64 * 1024;
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const HOSTNAME = /^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/;

export function hostname(text: string): string {
  if (text.length > 255 || !HOSTNAME.test(text))
    throw unprocessable("Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)");
  return text;
}

export function dropletOrder(state: State, body: Fields): DropletOrder {
  const multiple = body.texts("names");
  if (multiple.length > 10) throw unprocessable("You can create at most 10 Droplets at once.");
  const region = openRegion(
    body.text("region") ?? "nyc3",
    "You specified an invalid region for Droplet creation.",
  );
  const size = orderedSize(body.requiredText("size"), region);
  return {
    names: (multiple.length > 0 ? multiple : [body.requiredText("name")]).map(hostname),
    region,
    size,
    image: orderedImage(body, size),
    publicKeys: publicKeys(state, body),
    volumes: volumes(state, body, region, multiple.length > 1),
    vpc: network(state, body, region),
    userData: userData(body),
    monitoring: body.flag("monitoring") ?? false,
    agent: body.flag("with_droplet_agent") ?? true,
    ipv6: body.flag("ipv6") ?? false,
    backups: body.flag("backups") ?? false,
    backupPolicy: backupPolicy(body),
  };
}

export function orderedSize(slug: string, region: Region): Size {
  const size = findSize(slug);
  if (!size) throw unprocessable("You specified an invalid size for Droplet creation.");
  if (!size.regions.includes(region.slug))
    throw unprocessable(`Size ${slug} is not available in ${region.slug}.`);
  return size;
}

function orderedImage(body: Fields, size: Size): Image {
  const [key] = body.has("image") ? [body.raw.image] : [];
  const image = typeof key === "string" || typeof key === "number" ? findImage(key) : undefined;
  if (!image) throw unprocessable("You specified an invalid image for Droplet creation.");
  if (image.minDiskGiB > size.diskGiB)
    throw unprocessable(`The image needs a disk of ${image.minDiskGiB} GiB; ${size.slug} has less.`);
  return image;
}

function publicKeys(state: State, body: Fields): string[] {
  const asked = body.identifiers("ssh_keys").map((key) => ({ key, found: findSshKey(state, key) }));
  const missing = asked.filter(({ found }) => !found).map(({ key }) => key);
  if (missing.length > 0)
    throw unprocessable(`${missing.join(", ")} are invalid key identifiers for Droplet creation.`);
  return asked.flatMap(({ found }) => (found ? [found.publicKey] : []));
}

function volumes(state: State, body: Fields, region: Region, several: boolean): Volume[] {
  const ids = [...new Set(body.ids("volumes"))];
  if (ids.length > 0 && several) throw unprocessable("A volume can be attached to one Droplet only.");
  return ids.map((id) => {
    const volume = state.volumes.get(id);
    if (!volume) throw unprocessable(`Volume ${id} was not found.`);
    if (volume.region !== region) throw unprocessable("Droplet and volume are in different regions.");
    if (volume.dropletId !== null || volume.locked)
      throw unprocessable(`Volume ${volume.name} is already attached to a Droplet.`);
    return volume;
  });
}

function network(state: State, body: Fields, region: Region): Vpc {
  const id = body.text("vpc_uuid");
  const vpc = id ? state.vpcs.get(id) : defaultVpc(state, region);
  if (!vpc) throw unprocessable("You specified an invalid VPC for Droplet creation.");
  if (vpc.region !== region) throw unprocessable("The VPC is in another region than the Droplet.");
  return vpc;
}

function userData(body: Fields): string {
  const text = body.text("user_data") ?? "";
  const bytes = Buffer.byteLength(text);
  if (bytes > USER_DATA_BYTES)
    throw unprocessable(`User data is too long: ${bytes} bytes, the maximum is ${USER_DATA_BYTES} (64 KiB).`);
  return text;
}

export function backupPolicy(body: Fields): BackupPolicy | undefined {
  const fields = body.object("backup_policy");
  if (!fields) return undefined;
  const plan = fields.text("plan") ?? "weekly";
  const weekday = fields.text("weekday");
  const hour = fields.integer("hour") ?? 0;
  if (plan !== "daily" && plan !== "weekly" && plan !== "monthly")
    throw unprocessable("Backup policy plan must be daily, weekly or monthly.");
  if (weekday !== undefined && !WEEKDAYS.includes(weekday))
    throw unprocessable(`Backup policy weekday must be one of ${WEEKDAYS.join(", ")}.`);
  if (hour < 0 || hour > 20 || hour % 4 !== 0)
    throw unprocessable("Backup policy hour must be 0, 4, 8, 12, 16 or 20.");
  return { plan, weekday, hour };
}
