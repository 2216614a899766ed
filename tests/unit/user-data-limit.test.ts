import { spawnSync } from "node:child_process";
import { expect, it } from "@jest/globals";
import { makeAuthority } from "./authority.ts";

/** In a process of its own, as under Pulumi: there an Output that is refused ends the program. */
function preview(caRoot: string): string {
  const component = new URL("../../components/open-claw-gateway.ts", import.meta.url).href;
  const program = `
    import * as pulumi from ${JSON.stringify(import.meta.resolve("@pulumi/pulumi"))};
    import { OpenClawGateway } from ${JSON.stringify(component)};
    // At the first preview nothing that the cloud computes is known: no address, no key.
    const newResource = ({ type, inputs }) => {
      if (type.endsWith(":Droplet")) console.log("the Droplet was asked for");
      return { id: "", state: inputs };
    };
    await pulumi.runtime.setMocks({ call: () => ({}), newResource }, "p", "s", true);
    process.on("unhandledRejection", (error) => { console.log(error.message); process.exit(); });
    new OpenClawGateway("gw", { acme: { directory: "https://acme.example/dir", caRoot: process.env.CA_ROOT } });
  `;
  const args = ["--input-type=module", "--disable-warning=ExperimentalWarning", "--eval", program];
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    env: { CA_ROOT: caRoot },
    encoding: "utf8",
  });
  return stdout + stderr;
}

it("user-data over 64 KiB is refused at preview, with its size, though address and key are not known yet", () => {
  const { root } = makeAuthority("a private authority");
  expect(preview(root)).toContain("the Droplet was asked for");
  const refused = preview(root.repeat(120));
  expect(refused).toMatch(/OpenClawGateway "gw": .*\n {2}user-data is \d{5,6} bytes.*65536/);
  expect(refused).not.toContain("the Droplet was asked for");
});
