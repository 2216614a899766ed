/**
 * What the API stand-in asks of whatever stands behind it: machines, packets and disks.
 * `rehearsal/world.ts` does it for real; tests of the API alone use a world on paper.
 */
export interface World {
  /** A free public IPv4 address for a Droplet; kept until `destroy`. Throws when there is none left. */
  allocateDropletAddress(dropletId: number): string;
  /** A free address for a Reserved IP; kept until `releaseReservedIp`. Throws when there is none left. */
  allocateReservedIp(): string;
  releaseReservedIp(ip: string): void;

  /**
   * Make the machine's disk and power it on; resolves when it runs, not when cloud-init is done.
   * A failure leaves nothing of it, the address included.
   */
  createDroplet(spec: DropletSpec): Promise<void>;
  /** Power on a machine that was created and is off. */
  powerOn(dropletId: number): Promise<void>;
  /** Ask the machine to shut down, as its power button does; resolves when it is off. */
  shutdown(dropletId: number): Promise<void>;
  /** Cut the power. */
  powerOff(dropletId: number): Promise<void>;
  /** New memory and vCPU of a machine that is off; takes effect at the next power on. */
  resize(dropletId: number, size: DropletSize): Promise<void>;
  /** Cut the power and throw the disk away; Volumes are detached and stay. */
  destroy(dropletId: number): Promise<void>;

  /** Filter the packets of a machine from now on; `null`: in no firewall, so all passes. Called before createDroplet too. */
  filter(dropletId: number, rules: PacketRules | null): Promise<void>;
  /** Translate a Reserved IP to a machine, or to nothing. */
  mapReservedIp(ip: string, dropletId: number | null): Promise<void>;

  /** Make the block device behind a Volume; formatted when `filesystem` is given. */
  createVolume(volume: VolumeSpec): Promise<void>;
  growVolume(volumeId: string, gigabytes: number): Promise<void>;
  destroyVolume(volumeId: string): Promise<void>;
  attachVolume(volumeId: string, dropletId: number): Promise<void>;
  detachVolume(volumeId: string, dropletId: number): Promise<void>;
}

export interface DropletSize {
  /** DigitalOcean's slug, such as "s-2vcpu-4gb". */
  readonly slug: string;
  readonly memoryMiB: number;
  readonly vcpus: number;
  readonly diskGiB: number;
}

export interface DropletSpec {
  readonly id: number;
  readonly name: string;
  readonly size: DropletSize;
  /** Slug, such as "fra1". */
  readonly region: string;
  /** Slug or id of the image, such as "debian-13-x64". */
  readonly image: string;
  readonly userData: string;
  /** Public keys (authorized_keys lines) that the metadata service hands to cloud-init. */
  readonly publicKeys: readonly string[];
  /** Its own public address, from allocateDropletAddress. */
  readonly address: string;
  /** Ids of the Volumes that are attached before its first boot. */
  readonly volumes: readonly string[];
}

export interface PacketRule {
  readonly protocol: "tcp" | "udp" | "icmp";
  /** First and last port, both included; absent: all ports (and icmp). */
  readonly ports?: readonly [number, number];
  /** CIDRs of the other side, IPv4 and IPv6. */
  readonly cidrs: readonly string[];
}

export interface PacketRules {
  readonly inbound: readonly PacketRule[];
  readonly outbound: readonly PacketRule[];
}

export interface VolumeSpec {
  readonly id: string;
  readonly name: string;
  readonly gigabytes: number;
  readonly filesystem: "ext4" | "xfs" | null;
  readonly label: string;
}
