// no-agent-cli.mjs: loaded before the gateway. OpenClaw puts a folder of its state's before the PATH of every command,
// those in containers as well, which would be told a path of this machine; it keeps the folder here, and finds none.
globalThis[Symbol.for("openclaw.gatewayAgentCliShim")] = new Proxy({}, { set: () => true });
