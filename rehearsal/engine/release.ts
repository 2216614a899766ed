/** Pulumi's own site for releases of its CLI and of its provider plugins. */
export const releases = "https://get.pulumi.com/releases";

/** How long its server may take to begin an answer, in milliseconds: what cannot be downloaded must not hold up. */
const patience = 3000;

/** The answer to a request for a release, or the reason why there is none. */
export async function request(
  path: string,
  method: "GET" | "HEAD",
  signal?: AbortSignal,
): Promise<Response | string> {
  const slow = new AbortController();
  const timer = setTimeout(() => slow.abort(new Error("no answer within 3 s")), patience);
  try {
    const response = await fetch(`${releases}/${path}`, {
      method,
      signal: AbortSignal.any([slow.signal, ...(signal ? [signal] : [])]),
    });
    return response.ok ? response : `HTTP ${response.status}`;
  } catch (error) {
    signal?.throwIfAborted();
    const { message, cause } = error as Error;
    return cause instanceof Error ? cause.message : message;
  } finally {
    clearTimeout(timer);
  }
}
