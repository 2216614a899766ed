import { describe, expect, it } from "@jest/globals";
import { reply } from "../../../rehearsal/internet/model-script.ts";

const user = (content: string) => ({ role: "user", content });
const result = (content: string) => ({ role: "tool", content });
const called = { role: "assistant", content: null };
const script = user('please TOOL:exec {"command":"echo {}"} END and then\nTOOL:read {"path":"a"} END');

describe("the rehearsal's model", () => {
  it("makes the calls of its script one after the other, then tells what the tools answered", () => {
    expect(reply({ messages: [script] })).toMatchObject({ tool: "exec", arguments: '{"command":"echo {}"}' });
    const afterOne = [script, called, result("{}")];
    expect(reply({ messages: afterOne })).toMatchObject({ tool: "read", arguments: '{"path":"a"}' });
    const afterBoth = [...afterOne, called, result("text of a")];
    expect(reply({ messages: afterBoth })).toEqual({ text: "RESULT<<{}>>\nRESULT<<text of a>>" });
  });

  it("follows the last script, whatever was said and called before and in whichever form", () => {
    const parts = [{ text: "[Mon 12:00] " }, { text: 'TOOL:exec {"command":"id"} END' }];
    const messages = [script, called, result("{}"), { role: "user", content: parts }, user("go on")];
    expect(reply({ messages })).toMatchObject({ tool: "exec", arguments: '{"command":"id"}' });
  });

  it("names every call differently", () => {
    const ids = [[script], [script, called, result("")]].map((messages) => reply({ messages }));
    expect(new Set(ids.map((one) => "id" in one && one.id)).size).toBe(2);
  });

  it("says how to be led where there is no script", () => {
    expect(reply({ messages: [user("hello")] })).toEqual({
      text: expect.stringContaining("TOOL:name {json} END"),
    });
  });
});
