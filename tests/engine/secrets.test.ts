import { describe, expect, it } from "@jest/globals";
import { runtime } from "@pulumi/pulumi";
import { isUnknown, withoutSecrets, withSecrets } from "../../rehearsal/plugins/shared/properties.ts";

const secret = (value: unknown) => ({ [runtime.specialSigKey]: runtime.specialSecretSig, value });

describe("a stand-in plugin and secrets", () => {
  it("works with the plain values", () => {
    const inputs = {
      text: secret("a"),
      deep: { list: [secret("b"), "c"] },
      nested: secret({ part: secret(1) }),
    };
    expect(withoutSecrets(inputs)).toEqual({ text: "a", deep: { list: ["b", "c"] }, nested: { part: 1 } });
  });

  it("gives back as secret what came in as secret, wholly or in part, and what always is", () => {
    const inputs = { text: secret("a"), environment: { KEY: secret("b") }, name: "c" };
    const outputs = {
      text: "hash of a",
      environment: { KEY: "b" },
      name: "c",
      result: "d",
      absent: undefined,
    };
    expect(withSecrets(outputs, inputs, ["result"])).toEqual({
      text: secret("hash of a"),
      environment: secret({ KEY: "b" }),
      name: "c",
      result: secret("d"),
    });
  });

  it("sees in any depth what is not known yet", () => {
    expect(isUnknown({ rules: [{ ports: runtime.unknownValue }] })).toBe(true);
    expect(isUnknown({ rules: [{ ports: null }] })).toBe(false);
  });
});
