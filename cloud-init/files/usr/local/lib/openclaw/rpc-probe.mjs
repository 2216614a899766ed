// rpc-probe.mjs: waits until the gateway answers a call over its WebSocket; its port alone may answer while calls do
// not (openclaw/openclaw#151467). The key comes by the environment, and no device is needed for this one call.
import { setTimeout as sleep } from "node:timers/promises";

const patience = AbortSignal.timeout(60_000);
const client = { id: "cli", version: "1.0.0", platform: "linux", mode: "cli" };
const connect = { minProtocol: 4, maxProtocol: 4, client, role: "operator", scopes: [], caps: [] };
const auth = { token: process.env.OPENCLAW_GATEWAY_TOKEN };

for (;;) {
  const failure = await call();
  if (failure === undefined) break;
  if (patience.aborted) {
    console.error(`the gateway answers no call: ${failure}`);
    process.exit(1);
  }
  await sleep(1000);
}

/** Undefined when the gateway said that it is well. */
function call() {
  return new Promise((resolve) => {
    const socket = new WebSocket("ws://127.0.0.1:18789");
    const end = (failure) => {
      resolve(failure);
      socket.close();
    };
    const ask = (id, method, params) => socket.send(JSON.stringify({ type: "req", id, method, params }));
    const answers = {
      connect: () => ask("health", "health", {}),
      health: () => end(),
    };
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.event === "connect.challenge") ask("connect", "connect", { ...connect, auth });
      else if (frame.type === "res" && frame.ok) answers[frame.id]();
      else if (frame.type === "res") end(frame.error.message);
    };
    socket.onerror = () => end("connection refused");
    socket.onclose = ({ code, reason }) => end(`closed with ${code} ${reason}`);
    setTimeout(end, 10_000, "no answer within 10 s").unref();
  });
}
