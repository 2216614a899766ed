import { InvalidValue } from "../invalid-args.ts";

/** OpenClaw and one agent's turn need 1.7 GiB and two busy cores, besides the operating system. */
const least = { vcpus: 2, memoryGiB: 4 };

/** s-2vcpu-4gb, s-2vcpu-4gb-120gb-intel, g-2vcpu-8gb, m3-2vcpu-16gb, so1_5-2vcpu-16gb ... */
const named = /^(?:s|c2|g|gd|m|m3|m6|so|so1_5)-(\d+)vcpu-(\d+)(gb|mb)(?:-\d+gb)?(?:-amd|-intel)?$/;

/** c-4 and c-4-intel: only the vCPU are named, each has 2 GiB. */
const cpuOptimized = /^c-(\d+)(?:-amd|-intel)?$/;

/** The size's slug, when the machine is large enough; DigitalOcean writes vCPU and memory into its slugs. */
export function parseSize(slug: string): string {
  const size = resources(slug);
  if (!size) {
    throw new InvalidValue(
      `"${slug}" is not a Droplet size whose vCPU and memory can be read. Take one such as "s-2vcpu-4gb", "c-2" or "g-2vcpu-8gb-intel" (doctl compute size list).`,
    );
  }
  if (size.vcpus < least.vcpus || size.memoryGiB < least.memoryGiB) {
    throw new InvalidValue(
      `"${slug}" has ${size.vcpus} vCPU and ${size.memoryGiB} GiB, too small for OpenClaw. Take at least ${least.vcpus} vCPU and ${least.memoryGiB} GiB, such as "s-2vcpu-4gb".`,
    );
  }
  return slug;
}

function resources(slug: string): { vcpus: number; memoryGiB: number } | undefined {
  const [, vcpus, memory, unit] = named.exec(slug) ?? [];
  if (vcpus) return { vcpus: Number(vcpus), memoryGiB: Number(memory) / (unit === "mb" ? 1024 : 1) };
  const [, cores] = cpuOptimized.exec(slug) ?? [];
  return cores ? { vcpus: Number(cores), memoryGiB: 2 * Number(cores) } : undefined;
}
