interface Kind {
  readonly covers: string;
  /**
   * "root": starts machines or mounts by itself; "a machine": the shared one; "the machine": when nothing else uses it;
   * "a virtual machine": a copy of it, which boots beside all that; "a machine of its own": for as long as that takes;
   * "a quiet host": no other rehearsal of the suite may run beside it.
   */
  readonly needs:
    | "nothing"
    | "root"
    | "a machine"
    | "the machine"
    | "a virtual machine"
    | "a machine of its own"
    | "a quiet host";
}

/** Every kind of test: a folder here and a jest project of the same name. */
export const kinds: Readonly<Record<string, Kind>> = {
  static: { covers: "format, lint, types, shell scripts", needs: "nothing" },
  unit: {
    covers: "arguments and their errors, the component's children and their inputs, parts of the rehearsal",
    needs: "nothing",
  },
  golden: { covers: "the user-data, byte for byte, as PyYAML and cloud-init read it", needs: "nothing" },
  cloud: { covers: "the API stand-in, read by DigitalOcean's own client", needs: "nothing" },
  engine: { covers: "the real engine: preview, up, refresh, replace, destroy", needs: "nothing" },
  package: { covers: "the packed component, imported by other stacks", needs: "nothing" },
  world: { covers: "the computers, networks and Volumes of the rehearsal", needs: "root" },
  machine: { covers: "the booted Droplet, from outside, from inside and in a browser", needs: "a machine" },
  life: {
    covers: "one stack through OpenClaw's releases, a broken one too, sizes, and destroy",
    needs: "a machine of its own",
  },
  attack: {
    covers: "attacks on it, from inside and from the Internet, and why they fail",
    needs: "the machine",
  },
  kernel: {
    covers: "the same Droplet on Debian's own kernel, in a virtual machine: what systemd-nspawn would hide",
    needs: "a virtual machine",
  },
  host: { covers: "what the rehearsal leaves on this computer: nothing", needs: "a quiet host" },
};
