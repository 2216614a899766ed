import { describe, expect, it } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { OpenClawGateway } from "../../components/open-claw-gateway.ts";
import { settle, theOne } from "./cloud.ts";
import { makeGateway } from "./gateway.ts";

describe("the Volume", () => {
  it("is in the machine's region, blank, and of 10 GiB", async () => {
    const { made } = await makeGateway();
    expect(theOne(made, "Volume").inputs).toEqual({ name: "volume-gw-test", region: "fra1", size: 10 });
  });

  it("has the size that is asked for, and is protected on request alone", async () => {
    const volume = { gigabytes: pulumi.output(25), protect: true };
    const { made } = await makeGateway({ region: "nyc3", volume });
    expect(theOne(made, "Volume").inputs).toMatchObject({ region: "nyc3", size: 25 });
    const options = await Promise.all(
      [{}, { protect: true }].map(async (volume, i) => {
        const seen: Record<string, boolean | undefined> = {};
        const transformations: pulumi.ResourceTransformation[] = [
          ({ name, opts }) => {
            seen[name] = opts.protect;
            return undefined;
          },
        ];
        await settle(new OpenClawGateway(`gw${i}`, { volume }, { transformations }));
        return Object.entries(seen).filter(([, protect]) => protect);
      }),
    );
    expect(options).toEqual([[], [["gw1-volume", true]]]);
  });
});
