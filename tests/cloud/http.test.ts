import { beforeEach, describe, expect, it } from "@jest/globals";
import { ApiError } from "../../rehearsal/cloud/errors.ts";
import { type Api, paperApi } from "./api.ts";

describe("the API's manners", () => {
  let api: Api;
  beforeEach(async () => {
    api = await paperApi();
  });

  it("listens on the loopback address only", () => {
    expect(api.cloud.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it("lets nobody in without a token", async () => {
    for (const headers of [{}, { authorization: "Basic abc" }, { authorization: "Bearer " }]) {
      const answer = await fetch(`${api.cloud.url}/v2/account`, { headers });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toEqual({
        id: "unauthorized",
        message: "Unable to authenticate you.",
        request_id: answer.headers.get("x-request-id"),
      });
    }
  });

  it("lets in the given token alone where one is given", async () => {
    const strict = await paperApi({ token: "right" });
    const status = async (token: string) =>
      (await fetch(`${strict.cloud.url}/v2/account`, { headers: { authorization: `Bearer ${token}` } }))
        .status;
    expect(await status("right")).toBe(200);
    expect(await status("wrong")).toBe(401);
    expect(await status("any")).toBe(401);
  });

  it("counts requests in the rate-limit headers", async () => {
    const first = await api.send("GET", "/v2/account");
    const second = await api.send("GET", "/v2/account");
    expect(first.headers.get("ratelimit-limit")).toBe("5000");
    expect(second.headers.get("ratelimit-remaining")).toBe("4998");
    expect(Number(first.headers.get("ratelimit-reset"))).toBeGreaterThan(Date.now() / 1000);
  });

  it.each(["/v2/nothing", "/v2/droplets/1", "/v2/actions/1", "/v2/firewalls/none", "/v2/volumes/none"])(
    "answers 404 for %s",
    async (path) => {
      const { status, body } = await api.send("GET", path);
      expect(status).toBe(404);
      expect(body).toMatchObject({
        id: "not_found",
        message: "The resource you were accessing could not be found.",
      });
    },
  );

  it("answers 400 for what is no JSON and 422 for a wrong type", async () => {
    expect(await api.send("POST", "/v2/tags", "{")).toMatchObject({
      status: 400,
      body: { id: "bad_request" },
    });
    expect(await api.send("POST", "/v2/tags", [])).toMatchObject({ status: 422 });
    expect(await api.send("POST", "/v2/tags", { name: 7 })).toMatchObject({
      status: 422,
      body: { id: "unprocessable_entity", message: "name must be a string." },
    });
    expect(await api.send("GET", "/v2/tags/%zz")).toMatchObject({ status: 400 });
  });

  it("cuts lists into pages and links them", async () => {
    for (const name of ["a", "b", "c", "d", "e"]) await api.ask("POST", "/v2/tags", { name });
    const page = await api.ask("GET", "/v2/tags?page=2&per_page=2");
    expect(page.tags.map((tag: { name: string }) => tag.name)).toEqual(["c", "d"]);
    expect(page.meta).toEqual({ total: 5 });
    const link = (to: number) => `${api.cloud.url}/v2/tags?page=${to}&per_page=2`;
    expect(page.links).toEqual({ pages: { first: link(1), prev: link(1), next: link(3), last: link(3) } });
    const last = await api.ask("GET", "/v2/tags?page=3&per_page=2");
    expect(Object.keys(last.links.pages)).toEqual(["first", "prev"]);
    expect((await api.ask("GET", "/v2/tags")).links).toEqual({});
  });

  it("answers with the fault it was given, then serves again", async () => {
    const faults = [
      new ApiError(429, "too_many_requests", "API Rate limit exceeded.", { "retry-after": "1" }),
    ];
    const faulty = await paperApi({ fault: () => faults.pop() });
    const limited = await faulty.send("GET", "/v2/account");
    expect(limited).toMatchObject({ status: 429, body: { id: "too_many_requests" } });
    expect(limited.headers.get("retry-after")).toBe("1");
    expect(await faulty.send("GET", "/v2/account")).toMatchObject({ status: 200 });
  });

  it("answers 500 and tells why when the world fails while a client waits", async () => {
    api.world.hold = async () => {
      throw new Error("the disk is full");
    };
    const answer = await api.send("POST", "/v2/volumes", {
      name: "state",
      region: "fra1",
      size_gigabytes: 10,
    });
    expect(answer).toMatchObject({ status: 500, body: { id: "server_error", message: "the disk is full" } });
    expect(api.errors).toEqual(["POST /v2/volumes: the disk is full"]);
    expect((await api.ask("GET", "/v2/volumes")).volumes).toEqual([]);
  });
});
